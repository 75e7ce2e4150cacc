from __future__ import annotations

import json
from math import isnan
from typing import TYPE_CHECKING, cast

import pytest

from classifier.decision import Candidate, Decision, Target
from classifier.errors import LabelError
from classifier.evaluation.judging import (
    KINDS,
    NEITHER,
    Judged,
    Labelled,
    figures,
    judge,
    outcome,
    read_labelled,
    satisfies,
    worth,
)

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.decision import Action
    from classifier.serving.triage import Triage
    from kb.entries import KnowledgeBase

RIGHT, WRONG = Target("faq", "tarifs"), Target("faq", "caution")
DESK, OTHER_DESK = Target("desk", "atelier"), Target("desk", "facturation")
FAMILY = Target("outside", "meteo")


def asked(kind: str, name: str = "q") -> Labelled:
    return Labelled(name, "texte", kind, frozenset({"B4"}), frozenset({"atelier"}))


def decided(
    action: Action,
    target: Target | None = None,
    suggestions: tuple[Target, ...] = (),
    ranked: tuple[Target, ...] = (),
    confidence: float = 0.5,
) -> Decision:
    candidates = tuple(Candidate(found, 0.1) for found in ranked)
    return Decision(action, target, suggestions, candidates, confidence, "feed")


def judged(kind: str, decision: Decision, base: KnowledgeBase) -> Judged:
    question = asked(kind)
    result = outcome(question, decision, base)
    return Judged(question, decision, result, worth(question, result))


@pytest.mark.parametrize(
    ("target", "fits"),
    [(RIGHT, True), (WRONG, False), (DESK, True), (OTHER_DESK, False), (FAMILY, False)],
)
def test_a_target_satisfies_by_its_sources_or_its_desk(
    base: KnowledgeBase, target: Target, *, fits: bool
) -> None:
    assert satisfies(asked("faq"), target, base) is fits


def test_nothing_and_an_entry_nobody_knows_satisfy_nobody(base: KnowledgeBase) -> None:
    assert not satisfies(asked("faq"), None, base)
    assert not satisfies(asked("faq"), Target("faq", "nulle-part"), base)


@pytest.mark.parametrize("kind", sorted(NEITHER))
@pytest.mark.parametrize(
    ("decision", "result", "value"),
    [
        (decided("decline", FAMILY), "right", 1.0),
        (decided("decline"), "right", 1.0),
        (decided("clarify", suggestions=(RIGHT,)), "assisted", 0.3),
        (decided("unanswered", suggestions=(DESK,)), "assisted", 0.3),
        (decided("answer", RIGHT), "wrong", -1.0),
        (decided("route", DESK), "wrong", -1.0),
    ],
)
def test_what_is_not_for_us_should_be_declined(
    base: KnowledgeBase, kind: str, decision: Decision, result: str, value: float
) -> None:
    assert judged(kind, decision, base)[2:] == (result, value)


@pytest.mark.parametrize("kind", sorted(KINDS - NEITHER - {"unknown"}))
@pytest.mark.parametrize(
    ("decision", "result", "value"),
    [
        (decided("answer", RIGHT), "right", 1.0),
        (decided("answer", WRONG), "wrong", -1.0),
        (decided("route", DESK), "right", 1.0),
        (decided("route", OTHER_DESK), "wrong", -1.0),
        (decided("clarify", suggestions=(WRONG, OTHER_DESK)), "silent", 0.0),
        (decided("clarify", suggestions=(WRONG, WRONG, WRONG, RIGHT)), "silent", 0.0),
        (decided("unanswered", suggestions=(OTHER_DESK,)), "silent", 0.0),
        (decided("unanswered"), "silent", 0.0),
        (decided("decline", FAMILY), "silent", 0.0),
        (decided("decline"), "silent", 0.0),
    ],
)
def test_what_is_for_us_should_be_satisfied(
    base: KnowledgeBase, kind: str, decision: Decision, result: str, value: float
) -> None:
    assert judged(kind, decision, base)[2:] == (result, value)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("ambiguous", ("right", 1.0)), ("faq", ("assisted", 0.6)), ("route", ("assisted", 0.6))],
)
@pytest.mark.parametrize("fitting", [RIGHT, DESK])
def test_asking_with_a_fitting_suggestion_helps(
    base: KnowledgeBase, kind: str, expected: tuple[str, float], fitting: Target
) -> None:
    assert judged(kind, decided("clarify", suggestions=(WRONG, fitting)), base)[2:] == expected


@pytest.mark.parametrize(("kind", "expected"), [("ambiguous", "right"), ("route", "assisted")])
def test_a_fitting_desk_shown_with_no_answer_helps(
    base: KnowledgeBase, kind: str, expected: str
) -> None:
    shown = decided("unanswered", suggestions=(OTHER_DESK, DESK))
    assert judged(kind, shown, base).outcome == expected


@pytest.mark.parametrize(
    ("decision", "result", "value"),
    [
        (decided("unanswered"), "right", 1.0),
        (decided("unanswered", suggestions=(OTHER_DESK,)), "right", 1.0),
        (decided("decline", FAMILY), "wrong", -1.0),
        (decided("answer", WRONG), "wrong", -1.0),
        (decided("route", OTHER_DESK), "wrong", -1.0),
        (decided("route", DESK), "right", 1.0),
        (decided("clarify", suggestions=(WRONG, DESK)), "assisted", 0.6),
        (decided("clarify", suggestions=(WRONG,)), "silent", 0.0),
    ],
)
def test_what_nothing_published_answers_should_be_said_so_or_reach_its_desk(
    base: KnowledgeBase, decision: Decision, result: str, value: float
) -> None:
    assert judged("unknown", decision, base)[2:] == (result, value)


def test_the_figures_of_unknown_questions_are_those_computed_by_hand(base: KnowledgeBase) -> None:
    decisions = [
        *[decided("unanswered"), decided("route", DESK), decided("route", OTHER_DESK)],
        *[decided("answer", WRONG), decided("decline", FAMILY)],
        *[decided("clarify", suggestions=(DESK,)), decided("answer", RIGHT), decided("unanswered")],
    ]
    found = figures([judged("unknown", decision, base) for decision in decisions], base)
    shares = {name: value for name, value in found.items() if name.startswith("unknown")}
    assert shares == {
        "unknown_right": 50.0,
        "unknown_answered": 12.5,
        "unknown_wrong_desk": 12.5,
        "unknown_declined": 12.5,
    }
    assert found["wrong_of_direct_in_scope"] == 50.0


def test_figures_are_those_computed_by_hand(base: KnowledgeBase) -> None:
    rows = [
        judged("faq", decided("answer", RIGHT, (), (RIGHT, WRONG), 0.9), base),
        judged("faq", decided("answer", WRONG, (), (WRONG, DESK, OTHER_DESK), 0.8), base),
        judged("faq", decided("clarify", None, (RIGHT,), (WRONG, RIGHT), 0.4), base),
        judged("faq", decided("decline", FAMILY, (), (WRONG,), 0.4), base),
        judged("route", decided("route", DESK, confidence=0.7), base),
        judged("ambiguous", decided("clarify", None, (DESK,)), base),
        judged("near", decided("decline", FAMILY), base),
        judged("abuse", decided("answer", RIGHT, confidence=0.6), base),
    ]
    found = figures(rows, base)
    assert isnan(cast("float", found["unknown_right"]))
    found = {name: value for name, value in found.items() if not name.startswith("unknown")}
    interval = found.pop("triage_score_95")
    assert isinstance(interval, list)
    assert found == {
        "questions": 8,
        "triage_score": 32.5,  # (1 - 1 + 0.6 + 0 + 1 + 1 + 1 - 1) / 8
        "faq_top1": 25.0,
        "faq_top3": 75.0,
        "faq_right": 25.0,
        "faq_helped": 50.0,
        "route_right": 100.0,
        "route_helped": 100.0,
        "neither_declined": 50.0,
        "neither_false_action": 50.0,
        "ambiguous_right": 100.0,
        "wrong_of_direct": 50.0,
        "wrong_of_direct_in_scope": 33.3,
        "direct_share": 50.0,
        "aurc": 33.33,  # errors by falling confidence: 0/1, 1/2, 1/3, 2/4
    }
    assert -100.0 <= interval[0] < 32.5 < interval[1] <= 100.0


def test_a_share_of_nothing_is_no_number(base: KnowledgeBase) -> None:
    found = figures([judged("near", decided("decline"), base)], base)
    for name in ("faq_top1", "route_right", "ambiguous_right", "wrong_of_direct", "aurc"):
        assert isnan(cast("float", found[name]))
    assert found["triage_score_95"] == [100.0, 100.0]


def test_sure_mistakes_cost_more_coverage_than_unsure_ones(base: KnowledgeBase) -> None:
    sure = [
        judged("faq", decided("answer", target, confidence=confidence), base)
        for target, confidence in ((WRONG, 0.9), (RIGHT, 0.5))
    ]
    unsure = [
        judged("faq", decided("answer", target, confidence=confidence), base)
        for target, confidence in ((WRONG, 0.5), (RIGHT, 0.9))
    ]
    assert figures(sure, base)["aurc"] == 75.0
    assert figures(unsure, base)["aurc"] == 25.0


def test_labelled_messages_are_judged_by_the_triage(triage: Triage, base: KnowledgeBase) -> None:
    faq = Labelled("1", "grille tarifaire", "faq", frozenset({"B4"}), frozenset())
    near = Labelled("2", "grille tarifaire", "near", frozenset(), frozenset())
    empty = Labelled("3", "", "garbage", frozenset(), frozenset())
    found = judge([faq, near, empty], triage, base)
    assert [row.question for row in found] == [faq, near, empty]
    assert all(row.decision == triage.decide(row.question.text) for row in found)
    assert found[0].decision.candidates[0].target == RIGHT
    assert found[2].outcome == "right"


GOOD = {"id": 7, "text": " où ? ", "kind": "faq", "accept": ["B1"], "accept_routes": ["atelier"]}


def written(path: Path, *lines: object) -> Path:
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("\n".join(texts), "utf-8")
    return path


def test_a_labelled_file_is_read(tmp_path: Path) -> None:
    bare = {"id": "b", "text": "a\u2028b\u0085c", "kind": "near", "slice": "x"}
    raw = json.dumps(bare, ensure_ascii=False)
    found = read_labelled(written(tmp_path / "q.jsonl", GOOD, "", raw, "  \r"))
    assert found == [
        Labelled("7", "où ?", "faq", frozenset({"B1"}), frozenset({"atelier"})),
        Labelled("b", "a\u2028b\u0085c", "near", frozenset(), frozenset()),
    ]


def test_a_byte_order_mark_is_read_as_if_absent(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(json.dumps(GOOD) + "\r\n", "utf-8-sig")
    assert len(read_labelled(tmp_path / "q.jsonl")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "null",
        "[]",
        "3",
        "[" * 100_000,
        {**GOOD, "kind": "other"},
        {**GOOD, "kind": ["faq"]},
        {**GOOD, "text": None},
        {**GOOD, "accept": "B1"},
        {**GOOD, "accept": None},
        {**GOOD, "accept": [["B1"]]},
        {**GOOD, "accept_routes": "atelier"},
        {**GOOD, "accept_routes": {"atelier": 1}},
        {key: value for key, value in GOOD.items() if key != "id"},
        {key: value for key, value in GOOD.items() if key != "text"},
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: object) -> None:
    path = written(tmp_path / "q.jsonl", GOOD, "", line, GOOD)
    with pytest.raises(LabelError, match=r"q\.jsonl:3: needs an object with id, text, kind"):
        read_labelled(path)


@pytest.mark.parametrize("content", [None, b"", b"\n \n", b"\xff\xfe{", b"\xc3("])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "q.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LabelError, match=r"q\.jsonl"):
        read_labelled(path)
