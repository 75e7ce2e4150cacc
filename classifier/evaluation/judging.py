"""Labelled questions -> figures that say how the asker fared."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from classifier.errors import LabelError
from classifier.evaluation.risk_coverage import area_under_risk_coverage
from kb.jsonl import JsonLine, JsonLinesError, read_json_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from classifier.decision import Action, Decision, Target
    from classifier.serving.triage import Triage
    from kb.entries import KnowledgeBase

NEITHER = frozenset({"smalltalk", "offtopic", "near", "garbage", "abuse"})
"""Kinds of message that neither an answer nor a desk would satisfy."""

KINDS = NEITHER | {"faq", "route", "ambiguous", "unknown"}
"""``unknown``: a question of ours that nothing published answers; a desk may help."""

DIRECT = frozenset({"answer", "route"})
ASKING = frozenset({"clarify", "unanswered"})
SHOWN = 3
"""Suggestions that a person is shown."""

RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with what satisfies its author.

    Attributes:
        id: the message's name.
        text: what was typed.
        kind: ``faq``, ``route``, ``ambiguous``, ``unknown`` or one of ``NEITHER``.
        accept: source ids of the answers that satisfy.
        accept_routes: desks that satisfy.
    """

    id: str
    text: str
    kind: str
    accept: frozenset[str]
    accept_routes: frozenset[str]


class Judged(NamedTuple):
    """A labelled message, its decision, the outcome and what that was worth (-1 to 1)."""

    question: Labelled
    decision: Decision
    outcome: str
    worth: float


def read_labelled(path: Path) -> list[Labelled]:
    """The labelled messages of a JSONL file.

    Raises:
        LabelError: the file is missing, empty, or a line is not a labelled message.
    """
    try:
        found = [_parse_labelled(path, line) for line in read_json_lines(path)]
    except JsonLinesError as error:
        raise LabelError(str(error)) from None
    if not found:
        raise LabelError(f"{path} holds no labelled message; give one JSON object a line")
    return found


def _parse_labelled(path: Path, line: JsonLine) -> Labelled:
    try:
        row = line.read_object()
        question = Labelled(
            id=str(row["id"]),
            text=str.strip(row["text"]),
            kind=next(kind for kind in KINDS if kind == row["kind"]),
            accept=_names(row.get("accept", [])),
            accept_routes=_names(row.get("accept_routes", [])),
        )
    except (ValueError, KeyError, TypeError, StopIteration, RecursionError):
        known = ", ".join(sorted(KINDS))
        raise LabelError(
            f"{path}:{line.number}: needs an object with id, text, kind (one of {known}), "
            "accept and accept_routes"
        ) from None
    return question


def _names(listed: list[str]) -> frozenset[str]:
    # A text is as iterable as a list, and would be read letter by letter.
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise TypeError
    return frozenset(listed)


def judge(questions: Iterable[Labelled], triage: Triage, base: KnowledgeBase) -> list[Judged]:
    """Decide every message and say how its author fared."""
    judged = []
    for question in questions:
        decision = triage.decide(question.text)
        result = outcome(question, decision, base)
        judged.append(Judged(question, decision, result, worth(question, result)))
    return judged


def satisfies(question: Labelled, target: Target | None, base: KnowledgeBase) -> bool:
    """Whether a target is what the author of ``question`` needs."""
    if target is None:
        return False
    if target.kind == "desk":
        return target.id in question.accept_routes
    entry = base.entries.get(target.id)
    return bool(entry and question.accept.intersection(entry.sources))


def outcome(question: Labelled, decision: Decision, base: KnowledgeBase) -> str:
    """``right``, ``assisted``, ``silent`` or ``wrong``, from the author's side."""
    action = decision.action
    if question.kind in NEITHER:
        return "right" if action == "decline" else "assisted" if action in ASKING else "wrong"
    if question.kind == "unknown" and action in {"unanswered", "decline"}:
        return "right" if action == "unanswered" else "wrong"
    if action in DIRECT:
        return "right" if satisfies(question, decision.target, base) else "wrong"
    shown = decision.suggestions[:SHOWN] if action in ASKING else ()
    if any(satisfies(question, target, base) for target in shown):
        return "right" if question.kind == "ambiguous" else "assisted"
    return "silent"


def worth(question: Labelled, result: str) -> float:
    """The worth of an outcome: a wrong direct reply costs what a right one earns."""
    if result == "assisted":
        return 0.3 if question.kind in NEITHER else 0.6
    return {"right": 1.0, "silent": 0.0, "wrong": -1.0}[result]


def figures(judged: Sequence[Judged], base: KnowledgeBase) -> dict[str, float | list[float]]:
    """Percentages over ``judged``, by name."""
    faq, route = _of(judged, {"faq"}), _of(judged, {"route"})
    neither, ambiguous = _of(judged, NEITHER), _of(judged, {"ambiguous"})
    unknown = _of(judged, {"unknown"})
    direct = [row for row in judged if row.decision.action in DIRECT]
    inside = [row for row in direct if row.question.kind not in NEITHER]
    return {
        "questions": len(judged),
        "triage_score": _mean([row.worth for row in judged]),
        "faq_top1": _share(faq, lambda row: _is_ranked_within(row, 1, base)),
        "faq_top3": _share(faq, lambda row: _is_ranked_within(row, 3, base)),
        "faq_right": _share(faq, _right),
        "faq_helped": _share(faq, _is_helpful),
        "route_right": _share(route, _right),
        "route_helped": _share(route, _is_helpful),
        "neither_declined": _share(neither, _right),
        "neither_false_action": _share(neither, _wrong),
        "unknown_right": _share(unknown, _right),
        "unknown_answered": _share(unknown, lambda row: _acted(row, "answer") and _wrong(row)),
        "unknown_wrong_desk": _share(unknown, lambda row: _acted(row, "route") and _wrong(row)),
        "unknown_declined": _share(unknown, lambda row: _acted(row, "decline")),
        "ambiguous_right": _share(ambiguous, _right),
        "wrong_of_direct": _share(direct, _wrong),
        "wrong_of_direct_in_scope": _share(inside, _wrong),
        "direct_share": round(100 * len(direct) / len(judged), 1),
        "aurc": _area_under_risk_coverage(direct),
        "triage_score_95": _interval([row.worth for row in judged]),
    }


def _area_under_risk_coverage(direct: Sequence[Judged]) -> float:
    sureness = [row.decision.confidence for row in direct]
    return round(100 * area_under_risk_coverage(sureness, [_right(row) for row in direct]), 2)


def _of(judged: Sequence[Judged], kinds: Iterable[str]) -> list[Judged]:
    return [row for row in judged if row.question.kind in kinds]


def _right(row: Judged) -> bool:
    return row.outcome == "right"


def _wrong(row: Judged) -> bool:
    return row.outcome == "wrong"


def _acted(row: Judged, action: Action) -> bool:
    return row.decision.action == action


def _is_helpful(row: Judged) -> bool:
    return row.outcome in {"right", "assisted"}


def _is_ranked_within(row: Judged, depth: int, base: KnowledgeBase) -> bool:
    best = row.decision.candidates[:depth]
    return any(satisfies(row.question, candidate.target, base) for candidate in best)


def _share(rows: Sequence[Judged], hit: Callable[[Judged], bool]) -> float:
    return round(100 * sum(map(hit, rows)) / len(rows), 1) if rows else float("nan")


def _mean(worths: Sequence[float]) -> float:
    return round(100 * sum(worths) / len(worths), 1)


def _interval(worths: Sequence[float]) -> list[float]:
    rng = random.Random(0)  # noqa: S311 - a bootstrap, not a secret
    size = len(worths)
    means = sorted(
        100 * sum(worths[rng.randrange(size)] for _ in range(size)) / size for _ in range(RESAMPLES)
    )
    return [round(means[RESAMPLES // 40], 1), round(means[-RESAMPLES // 40 - 1], 1)]
