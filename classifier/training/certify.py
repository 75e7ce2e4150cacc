"""A promise on errors: the laxest threshold at which few enough direct replies are wrong.

Learn then Test (Angelopoulos et al. 2021, https://arxiv.org/abs/2110.01052) with a fixed
sequence: thresholds are tested from strict to lax, and the last one before the first failure is
kept. "At most ``target`` of the accepted are wrong" then holds with the stated confidence over
the draw of the calibration rows. A threshold chosen where the observed error first meets the
target breaks its promise about half the time.

Paraphrases are no independent draws, and new people ask in manners that nobody wrote. So the
questions of one target in one manner are one draw, and so are all questions of one manner: a
threshold must pass a one-sided t-test over each of the two kinds of draw. With rows for draws, the
promise broke in a quarter of all splits by manner.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from itertools import combinations
from math import ceil, log
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.stats import t as student

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

GRID = 100
"""Thresholds tested: quantiles of the scores, fixed before any error is looked at."""

START = 0.05
"""Share accepted by the first threshold tested: stricter ones accept too few to certify, and
one unlucky error among them would end the sequence."""

NEW_MANNERS = 2**0.5
"""The promise is about the manners to come, not about those seen: the mean over as many new ones
scatters by this much more around what was seen."""

LEARN_MANNERS = 4
"""Manners of asking that set a threshold when the promise is tried out; the others judge it."""


class Replies(NamedTuple):
    """N out-of-fold direct replies of one kind.

    Attributes:
        scores: (N,) the confidence of each.
        right: (N,) bool, whether it was right.
        weights: (N,) what each counts in the mix of traffic.
        draws: (N,) equal for messages of one target in one manner.
        manners: (N,) the manner of asking.
    """

    scores: NDArray[np.float64]
    right: NDArray[np.bool_]
    weights: NDArray[np.float64]
    draws: NDArray[np.intp]
    manners: NDArray[np.intp]

    def among(self, chosen: NDArray[np.bool_]) -> Replies:
        """The chosen ones."""
        scores, right, weights, draws, manners = self
        return Replies(
            scores[chosen], right[chosen], weights[chosen], draws[chosen], manners[chosen]
        )

    def risk(self, threshold: float) -> float:
        """The share of wrong ones among those accepted."""
        accepted = self.scores >= threshold
        taken = float(self.weights[accepted].sum())
        return float(self.weights[accepted & ~self.right].sum()) / taken if taken else 0.0

    def coverage(self, threshold: float) -> float:
        """The share of replies that are accepted."""
        whole = float(self.weights.sum())
        return float(self.weights[self.scores >= threshold].sum()) / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a threshold promises.

    Attributes:
        target: largest share of wrong replies among the accepted.
        confidence: probability that the promise holds.
        threshold: least score of an accepted reply.
        certified: False when there was too little data: then it is the strictest threshold.
        rows: calibration rows.
        coverage: share of them that the threshold accepts, in the mix of traffic.
        risk: share of wrong ones among the accepted.
    """

    target: float
    confidence: float
    threshold: float
    certified: bool
    rows: int
    coverage: float
    risk: float

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON types."""
        return asdict(self)


def certify(replies: Replies, target: float, confidence: float) -> Certificate:
    """The Learn-then-Test threshold of ``replies``."""
    grid = _grid(replies.scores)
    kept = None
    for threshold in grid:
        accepted = replies.among(replies.scores >= threshold)
        if not _is_testable(accepted, target, confidence):
            continue
        if not _is_kept(accepted, target, confidence):
            break
        kept = threshold
    strictest = float(grid[0]) if len(grid) else 1.0
    found = Certificate(
        target=target,
        confidence=confidence,
        threshold=strictest if kept is None else float(kept),
        certified=kept is not None,
        rows=len(replies.scores),
        coverage=0.0,
        risk=0.0,
    )
    return replace(
        found,
        coverage=replies.coverage(found.threshold),
        risk=replies.risk(found.threshold),
    )


def _is_testable(accepted: Replies, target: float, confidence: float) -> bool:
    """Whether there are so many draws that not a single error among them would be a wonder."""
    least = ceil(log(1 - confidence) / log(1 - target))
    return len(np.unique(accepted.draws)) >= least


def _is_kept(accepted: Replies, target: float, confidence: float) -> bool:
    """Whether "at most ``target`` are wrong" passes the test over both kinds of draw."""
    excess = accepted.weights * (~accepted.right - target)
    tests = ((accepted.draws, 1.0), (accepted.manners, NEW_MANNERS))
    return all(_probability(excess, draws, wider) <= 1 - confidence for draws, wider in tests)


def _probability(excess: NDArray[np.float64], draws: NDArray[np.intp], wider: float) -> float:
    """The p-value of "the mean excess is above zero", each draw being one observation.

    Args:
        excess: (N,) by how much each reply is worse than the target allows.
        draws: (N,) equal for replies of one draw.
        wider: by how much the mean scatters more than that of the draws seen.
    """
    _, numbers = np.unique(draws, return_inverse=True)
    sums = np.bincount(numbers, excess)
    if len(sums) < 2:  # noqa: PLR2004 - a spread needs two
        return 1.0
    spread = wider * float(sums.std(ddof=1)) * len(sums) ** 0.5
    if spread == 0.0:
        return 0.0 if sums.sum() < 0 else 1.0
    return float(student.cdf(sums.sum() / spread, len(sums) - 1))


def naive_threshold(replies: Replies, target: float) -> float:
    """The laxest threshold whose observed error meets the target, for comparison."""
    grid = _grid(replies.scores).tolist()
    meets = [threshold for threshold in grid if replies.risk(threshold) <= target]
    return min(meets, default=grid[0] if grid else 1.0)


def broken_promises(replies: Replies, target: float, confidence: float) -> tuple[int, int, int]:
    """How often the promise breaks on manners of asking that it was not learnt from.

    Every choice of ``LEARN_MANNERS`` manners sets a threshold, the others judge it.

    Returns:
        the count for the certified threshold, for the naive one, and how many cuts there are.
    """
    certified = naive = cuts = 0
    for learn, test in _cuts(replies):
        found = certify(learn, target, confidence)
        certified += found.certified and test.risk(found.threshold) > target
        naive += test.risk(naive_threshold(learn, target)) > target
        cuts += 1
    return certified, naive, cuts


def _cuts(replies: Replies) -> Iterator[tuple[Replies, Replies]]:
    manners = np.unique(replies.manners).tolist()
    for chosen in combinations(manners, LEARN_MANNERS):
        learn = np.isin(replies.manners, chosen)
        if len(manners) > LEARN_MANNERS:
            yield replies.among(learn), replies.among(~learn)


def risk_coverage(replies: Replies) -> list[tuple[float, float]]:
    """(coverage, risk) when the surest 10 %, 20 %, ... 100 % of the rows are accepted."""
    order = np.argsort(-replies.scores, kind="stable")
    taken = [max(1, round(len(order) * tenth / 10)) for tenth in range(1, 11)]
    accepted = (replies.scores[order[n - 1]] for n in taken if len(order))
    return [(replies.coverage(float(t)), replies.risk(float(t))) for t in accepted]


def _grid(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The thresholds to test, from strict to lax; the strictest accepts ``START`` of the rows."""
    if not len(scores):
        return np.empty(0)
    quantiles = np.quantile(scores, np.linspace(0, 1 - START, GRID))
    grid: NDArray[np.float64] = np.unique(quantiles)[::-1]
    return grid


def conformal_threshold(scores: NDArray[np.float64], target: float) -> float:
    """Least probability of a suggestion, so that sets hold the right target often enough.

    Args:
        scores: (N,) probability that each calibration message's right target was given.
        target: share of messages whose set must hold it.

    Returns:
        the split-conformal quantile (Vovk et al. 2005): sets of all targets at or above it
        hold the right one with at least the target probability.
    """
    rank = int(np.floor((1 - target) * (len(scores) + 1)))
    return float(np.sort(scores)[rank - 1]) if rank >= 1 else 0.0
