from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.decision import Candidate, Decision, Target
from classifier.serving.two_questions import LIKELY, MAX_QUESTIONS, questions, two_questions

if TYPE_CHECKING:
    from classifier.serving.triage import Triage
    from classifier.training.examples import Examples

TARGETS = {name: Target("faq", name) for name in "abcde"}
PRICE, TYRE = "Combien coûte un trajet ?", "Que faire en cas de crevaison ?"


def decided(action: str, best: str, confidence: float = 0.9) -> Decision:
    """A decision whose likeliest targets are the letters of ``best``."""
    candidates = tuple(Candidate(TARGETS[name], 0.5) for name in best)
    target = candidates[0].target if action == "answer" else None
    return Decision(action, target, (), candidates, confidence, "feed")  # type: ignore[arg-type]


def taken_apart(whole: Decision, **by_part: Decision) -> list[str]:
    """The texts of the two questions, from one question a keyword."""
    text = " ".join(f"{part} ?" for part in by_part)
    two = two_questions(text, whole, lambda part: by_part[part.removesuffix(" ?")])
    return [part.text for part in two or ()]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("Combien ?", []),
        ("Bonjour. J'ai crevé ! Que faire ??", []),
        ("Combien ? 🚲 ?!", []),
        ("? Combien", []),
        ("Combien ? Et où ?", ["Combien ?", "Et où ?"]),
        ("J'ai crevé. Que faire ?? Merci beaucoup !", []),
        ("Combien ?! et dites moi où", ["Combien ?!", "et dites moi où"]),
        ("Ａ？Ｂ？", ["Ａ?", "Ｂ?"]),
        ("où ?\net quand ?!\n", ["où ?", "et quand ?!"]),
        ("a? " * MAX_QUESTIONS, ["a?"] * MAX_QUESTIONS),
        ("a? " * (MAX_QUESTIONS + 1), []),
    ],
)
def test_a_message_is_parted_at_its_question_marks(text: str, parts: list[str]) -> None:
    assert questions(text) == parts


@given(text=st.text("ab? .\n", max_size=40))
def test_the_parts_are_the_text_in_its_order(text: str) -> None:
    parts = "".join(char for part in questions(text) for char in part if char.isalpha())
    assert "".join(char for char in text if char.isalpha()).startswith(parts)


def test_two_direct_replies_are_two_questions() -> None:
    whole = decided("clarify", "abc")
    assert taken_apart(whole, x=decided("answer", "a"), y=decided("answer", "b")) == ["x ?", "y ?"]


def test_the_likelier_of_the_whole_message_comes_first() -> None:
    whole = decided("answer", "bac")
    assert taken_apart(whole, x=decided("answer", "a"), y=decided("answer", "b")) == ["y ?", "x ?"]


def test_of_three_questions_the_likeliest_and_the_surest_other_are_answered() -> None:
    whole = decided("clarify", "abc")
    replies = {n: decided("answer", n, sure) for n, sure in (("a", 0.9), ("b", 0.8), ("c", 0.95))}
    assert taken_apart(whole, **replies) == ["a ?", "c ?"]


def test_of_two_parts_with_one_target_the_surer_speaks() -> None:
    whole, one = decided("clarify", "ab"), decided("answer", "a", 0.8)
    again, other = decided("answer", "a", 0.9), decided("answer", "b")
    assert taken_apart(whole, x=one, y=again, z=other) == ["y ?", "z ?"]


@pytest.mark.parametrize(
    ("whole", "second"),
    [
        (decided("clarify", "abc"), decided("answer", "a")),
        (decided("clarify", "abc"), decided("clarify", "b")),
        (decided("clarify", "abc"), decided("decline", "b")),
        (decided("decline", "abc"), decided("answer", "b")),
        (decided("clarify", "acde"[:LIKELY] + "b"), decided("answer", "b")),
        (decided("clarify", "cab"), decided("answer", "b")),
    ],
    ids=[
        "same",
        "unsure",
        "declined",
        "whole declined",
        "unlikely in the whole",
        "best of neither",
    ],
)
def test_all_else_is_read_as_a_whole(whole: Decision, second: Decision) -> None:
    assert taken_apart(whole, x=decided("answer", "a"), y=second) == []


def test_two_questions_get_two_direct_replies_by_the_same_thresholds(triage: Triage) -> None:
    decision = triage.decide(f"{PRICE} {TYRE}")
    assert decision.also is not None
    assert {decision.target, decision.also.target} == {
        Target("faq", "tarifs"),
        Target("faq", "crevaison"),
    }
    for part in (decision, decision.also):
        assert part.target is not None
        assert part.action == "answer"
        assert part.confidence >= triage.policy.direct_from(part.target.kind)
        assert part.also is None or part is decision


def test_one_question_is_decided_once(triage: Triage, found: Examples) -> None:
    for text, asks in zip(found.texts, found.asks.tolist(), strict=True):
        decision = triage.decide(text)
        assert decision == triage.decide_whole(text, asks=asks)
        assert decision.also is None


def test_no_question_is_added_to_one_asked_twice(triage: Triage) -> None:
    assert triage.decide(f"{PRICE} {PRICE}").also is None
