"""The live promise: whether the errors of direct replies stay below their target, on real traffic.

Of each kind of direct reply (answers, hand-overs, declines) some are drawn at random and judged by
an editor who sees no probability. Two processes watch each kind, one over all models and one over
the model in force; the allowed chance of a false alarm is shared between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.analytics.evidence import BETTER, WORSE, weigh
from bot.analytics.proportions import bound_share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.analytics.evidence import Evidence
    from bot.analytics.proportions import Bounds
    from bot.store.audits import Audited, Promised

Word: TypeAlias = Literal["prouvée", "rien ne la contredit", "rompue"]

DELTA = 0.10
"""The chance that a promise that holds is ever called broken; also that one that does not hold is
ever called proven."""

OVERDUE = timedelta(days=14)
"""After this time a missing label counts: as right for an alarm, as wrong for a proof."""

UNKNOWN = "unknown"
"""What a label names as the right target when nothing published answers the message."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one promise stands.

    Attributes:
        kind: of which direct replies; ``target``: the error rate that is promised at most.
        word: in one word.
        against: the evidence against "at most the target"; ``proof``: against "at least" it, both
            over all models.
        labels: right and wrong ones; ``wrong``: of them.
        bounds: of the share of wrong ones, 95 %, for one look alone.
        missing: drawn and neither judged nor overdue; ``overdue``: never judged.
        unknown: how many of the labels say that nothing published answers the message.
    """

    kind: Promised
    target: float
    word: Word
    against: Evidence
    proof: Evidence
    labels: int
    wrong: int
    bounds: Bounds
    missing: int
    overdue: int
    unknown: int


def judge_promise(
    audited: Iterable[Audited],
    kind: Promised,
    target: float,
    model: str,
    now: datetime,
    *,
    delta: float = DELTA,
) -> Standing:
    """How the promise on one kind of reply stands.

    Args:
        audited: all that was drawn, of any kind and model.
        kind: of which direct replies.
        now: the moment of the look.
        target: the promised error rate, in (0, 1).
        model: the fingerprint of the model in force.
        delta: the chance of a false word, shared by the two processes.

    Raises:
        ValueError: the target is not in (0, 1).
    """
    ours = [found for found in audited if found.kind == kind]
    parts = [ours, [found for found in ours if found.model == model]]
    alarms = [_weigh(part, target, now, late_is_wrong=False) for part in parts]
    proofs = [_weigh(part, target, now, late_is_wrong=True) for part in parts]
    word = _word(alarms, proofs, delta / len(parts))
    return Standing(kind, target, word, alarms[0], proofs[0], *_count_labels(ours, now))


def _count_labels(ours: Sequence[Audited], now: datetime) -> tuple[int, int, Bounds, int, int, int]:
    """What :class:`Standing` counts: from ``labels`` to ``unknown``."""
    judged = [found for found in ours if found.verdict in ("right", "wrong")]
    wrong = sum(found.verdict == "wrong" for found in judged)
    late = sum(_is_late(found, now) for found in ours)
    unknown = sum(found.target == UNKNOWN for found in judged)
    missing = len(ours) - len(judged) - late
    return len(judged), wrong, bound_share(wrong, len(judged)), missing, late, unknown


def _word(alarms: Sequence[Evidence], proofs: Sequence[Evidence], delta: float) -> Word:
    if any(alarm.refutes(delta) for alarm in alarms):
        return "rompue"
    # An alarm stays until another model is in force; a proof lasts as long as the labels agree.
    proven = any(proof.refutes_now(delta) for proof in proofs)
    return "prouvée" if proven else "rien ne la contredit"


def _weigh(
    audited: Iterable[Audited], target: float, now: datetime, *, late_is_wrong: bool
) -> Evidence:
    settled = sorted(
        (_settled_at(found), found.turn, found.verdict == "wrong" or (late and late_is_wrong))
        for found in audited
        if (late := _is_late(found, now)) or found.verdict in ("right", "wrong")
    )
    rates = BETTER if late_is_wrong else WORSE
    return weigh((is_wrong for _, _, is_wrong in settled), target, rates)


def _is_late(found: Audited, now: datetime) -> bool:
    """Whether it will not be judged any more; one that nobody could judge is as good as that."""
    return found.verdict == "unsure" or (found.verdict is None and now - found.drawn_at >= OVERDUE)


def _settled_at(found: Audited) -> datetime:
    """When it was known what it counts as: labels are only ever added behind the others."""
    return found.judged_at or found.drawn_at + OVERDUE
