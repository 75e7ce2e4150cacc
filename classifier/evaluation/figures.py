"""Out-of-fold rankings -> figures a clone can print: no message was seen in training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifier.serving.calibration import KINDS, Kinds, kind_numbers
from kb.entries import MANNERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.serving.ranker import Ranking
    from classifier.serving.triage import Triage
    from classifier.training.examples import Examples
    from classifier.training.rankings import OutOfFold

DIRECT = ("answer", "route")


def ranking_figures(found: Examples, held_out: OutOfFold) -> dict[str, float]:
    """How often the right target ranks first or third best, in %, by kind of message."""
    rank = _ranks(found, held_out)
    kinds = kind_numbers(found.targets)[found.labels[held_out.rows]]
    faq, desk = (held_out.known & (kinds == KINDS.index(kind)) for kind in ("faq", "desk"))
    return {
        "faq_top1": _percent(rank[faq] < 1),
        "faq_top3": _percent(rank[faq] < 3),  # noqa: PLR2004 - three are shown
        "desk_top1": _percent(rank[desk] < 1),
        "desk_top3": _percent(rank[desk] < 3),  # noqa: PLR2004
    }


def by_manner(found: Examples, held_out: OutOfFold) -> dict[str, float]:
    """``faq_top1`` in % for every manner of asking."""
    rank, rows = _ranks(found, held_out), held_out.rows
    kinds = kind_numbers(found.targets)[found.labels[rows]]
    asked = held_out.known & found.named[rows] & (kinds == KINDS.index("faq"))
    manners = found.manners[rows]
    present = [n for n in range(len(MANNERS)) if (asked & (manners == n)).any()]
    return {MANNERS[n]: _percent(rank[asked & (manners == n)] < 1) for n in present}


def decision_figures(found: Examples, held_out: OutOfFold, triage: Triage) -> dict[str, float]:
    """What the decisions on out-of-fold rankings would have been worth, in %.

    The calibration was fitted on these same rankings; it has a dozen parameters.
    """
    kinds = Kinds.of(found.targets)
    direct = right = inside = declined = outside = 0
    for row, ranking in zip(held_out.rows[held_out.known], _known_rankings(held_out), strict=True):
        label = int(found.labels[row])
        decision = triage.choose(*triage.read(ranking))
        is_direct = decision.action in DIRECT
        direct += is_direct
        right += is_direct and decision.target == found.targets[label]
        if KINDS[kinds.numbers[label]] == "outside":
            outside += 1
            declined += decision.action == "decline"
        else:
            inside += 1
    return {
        "direct_share": _ratio(direct, inside + outside),
        "wrong_of_direct": _ratio(direct - right, direct),
        "outside_declined": _ratio(declined, outside),
    }


def _known_rankings(held_out: OutOfFold) -> list[Ranking]:
    return [r for r, known in zip(held_out.rankings, held_out.known, strict=True) if known]


def _ranks(found: Examples, held_out: OutOfFold) -> NDArray[np.intp]:
    """(M,) rank of the right target among entries and desks, 0 the best."""
    inside = kind_numbers(found.targets) != KINDS.index("outside")
    scores = np.array([ranking.scores for ranking in held_out.rankings])
    scores = np.where(inside, scores, -np.inf)
    own = scores[np.arange(len(scores)), found.labels[held_out.rows]]
    ranks: NDArray[np.intp] = (scores > own[:, None]).sum(axis=1)
    return ranks


def _percent(hits: NDArray[np.bool_]) -> float:
    return round(100 * float(hits.mean()), 1) if len(hits) else float("nan")


def _ratio(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else float("nan")
