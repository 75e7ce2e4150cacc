"""A promise on errors: the laxest threshold at which few enough direct replies are wrong.

Learn then Test (Angelopoulos et al. 2021, https://arxiv.org/abs/2110.01052) with a fixed
sequence: thresholds are tested from strict to lax with an exact binomial p-value, and the last
one before the first failure is kept. "At most ``target`` of the accepted are wrong" then holds
with the stated confidence over the draw of the calibration rows. A threshold chosen where the
observed error first meets the target breaks its promise about half the time.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import ceil, log
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import binom

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRID = 200
"""Thresholds tested: quantiles of the scores, fixed before any error is looked at."""

START = 0.05
"""Share accepted by the first threshold tested: stricter ones accept too few to certify, and
one unlucky error among them would end the sequence."""

SPLITS = 200
LEARN_PART = 5


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a threshold promises.

    Attributes:
        target: largest share of wrong replies among the accepted.
        confidence: probability that the promise holds.
        threshold: least score of an accepted reply.
        certified: False when there was too little data: then it is the strictest threshold.
        rows: calibration rows.
        coverage: share of them that the threshold accepts.
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
        """As JSON types."""
        return asdict(self)


def certify(
    scores: NDArray[np.float64], right: NDArray[np.bool_], target: float, confidence: float
) -> Certificate:
    """Learn-then-Test threshold for replies with ``scores`` (N,) that were ``right`` (N,)."""
    grid = _grid(scores)
    accepted, wrong = _counts(scores, right, grid)
    least = max(ceil(log(1 - confidence) / log(1 - target)), ceil(START * len(scores)))
    testable = np.flatnonzero(accepted >= least)
    passed = binom.cdf(wrong[testable], accepted[testable], target) <= 1 - confidence
    kept = testable[: len(passed) if passed.all() else int(np.argmin(passed))]
    threshold = float(grid[kept[-1] if len(kept) else 0]) if len(grid) else 1.0
    accepts = scores >= threshold
    return Certificate(
        target=target,
        confidence=confidence,
        threshold=threshold,
        certified=len(kept) > 0,
        rows=len(scores),
        coverage=float(accepts.mean()) if len(scores) else 0.0,
        risk=_risk(scores, right, threshold),
    )


def naive_threshold(scores: NDArray[np.float64], right: NDArray[np.bool_], target: float) -> float:
    """The laxest threshold whose observed error meets the target, for comparison."""
    grid = _grid(scores)
    if not len(grid):
        return 1.0
    accepted, wrong = _counts(scores, right, grid)
    meets = np.flatnonzero(wrong <= target * accepted)
    return float(grid[meets[-1] if len(meets) else 0])


def broken_promises(
    scores: NDArray[np.float64],
    right: NDArray[np.bool_],
    target: float,
    confidence: float,
    seed: int = 0,
) -> tuple[int, int]:
    """Of ``SPLITS`` seeded splits, how many break the promise on the rows not learnt from.

    A fifth of the rows sets the threshold and the rest judge it: the promise is about messages
    to come, and with few judges their own noise would count as breaks.

    Returns:
        the count for the certified threshold, then for the naive one.
    """
    rng = np.random.default_rng(seed)
    certified = naive = 0
    for _ in range(SPLITS):
        order = rng.permutation(len(scores))
        learn, test = np.split(order, [len(order) // LEARN_PART])
        found = certify(scores[learn], right[learn], target, confidence)
        plain = naive_threshold(scores[learn], right[learn], target)
        certified += found.certified and _risk(scores[test], right[test], found.threshold) > target
        naive += _risk(scores[test], right[test], plain) > target
    return certified, naive


def risk_coverage(
    scores: NDArray[np.float64], right: NDArray[np.bool_]
) -> list[tuple[float, float]]:
    """(coverage, risk) when the surest 10 %, 20 %, ... 100 % are accepted."""
    errors = ~right[np.argsort(-scores, kind="stable")]
    taken = [max(1, round(len(errors) * tenth / 10)) for tenth in range(1, 11)]
    return [(n / len(errors), float(errors[:n].mean())) for n in taken]


def _grid(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(scores):
        return np.empty(0)
    grid: NDArray[np.float64] = np.unique(np.quantile(scores, np.linspace(0, 1, GRID)))[::-1]
    return grid


def _counts(
    scores: NDArray[np.float64], right: NDArray[np.bool_], grid: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    accepts = scores[None, :] >= grid[:, None]
    return accepts.sum(axis=1), (accepts & ~right[None, :]).sum(axis=1)


def _risk(scores: NDArray[np.float64], right: NDArray[np.bool_], threshold: float) -> float:
    accepted = scores >= threshold
    return float((~right[accepted]).mean()) if accepted.any() else 0.0


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
