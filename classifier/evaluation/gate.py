"""The release gate: a new model must not answer shared questions worse than the old one.

Paired bootstrap over the questions that both knowledge bases hold (Efron 1979): resample the
differences of "ranked right" and look where 95 % of their means lie.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from classifier.training.examples import Examples
    from classifier.training.rankings import OutOfFold

RESAMPLES = 2000
MOST_DRAWN = 2_000_000
"""Questions drawn at once: 24 MB, however many there are."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """New model less old model, in points (hundredths) on what both were judged on.

    Attributes:
        shared: questions compared.
        difference: mean difference in points.
        low, high: where 95 % of the resampled means lie.
    """

    shared: int
    difference: float
    low: float
    high: float

    @property
    def worse(self) -> bool:
        """Whether the new model is worse beyond chance."""
        return self.shared > 0 and self.high < 0

    def describe(self, name: str) -> str:
        """The difference in words; ``name`` says what both were judged on."""
        if not self.shared:
            return f"no {name}, so nothing was compared"
        return (
            f"{self.difference:+.2f} points on {self.shared} {name} "
            f"(95 %: {self.low:+.2f} to {self.high:+.2f})"
        )


def outcomes(found: Examples, held_out: OutOfFold) -> dict[str, bool]:
    """For every question, by a hash of it and its target: did it rank right out of fold?"""
    result = {}
    for n, ranking in enumerate(held_out.rankings):
        if held_out.known[n]:
            row = int(held_out.rows[n])
            label = int(found.labels[row])
            name = "\0".join((*found.targets[label], found.texts[row]))
            key = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
            result[key] = int(ranking.scores.argmax()) == label
    return result


def compare(old: Mapping[str, float], new: Mapping[str, float], seed: int = 0) -> Comparison:
    """Compare two models on what both were judged on: right or not, or a worth of -1 to 1."""
    shared = sorted(old.keys() & new.keys())
    if not shared:
        return Comparison(0, 0.0, 0.0, 0.0)
    gains = np.array([float(new[key]) - float(old[key]) for key in shared])
    means = _resampled_means(gains, np.random.default_rng(seed))
    low, high = np.quantile(means, [0.025, 0.975])
    return Comparison(len(shared), *(round(100 * float(x), 2) for x in (gains.mean(), low, high)))


def _resampled_means(gains: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """The means of ``RESAMPLES`` draws with replacement from ``gains``, shape (RESAMPLES,)."""
    at_once = max(1, MOST_DRAWN // len(gains))
    means = [
        gains[rng.integers(len(gains), size=(number, len(gains)), dtype=np.int32)].mean(axis=1)
        for number in _portions(RESAMPLES, at_once)
    ]
    return np.concatenate(means)


def _portions(whole: int, most: int) -> list[int]:
    """``whole`` in portions of at most ``most``."""
    return [min(most, whole - done) for done in range(0, whole, most)]
