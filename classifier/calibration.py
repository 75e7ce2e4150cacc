"""Scores -> probabilities: a temperature over classes and a head for "is the first one right?".

The temperature is Guo et al. 2017 (https://arxiv.org/abs/1706.04599). The head is a logistic
regression on a few signals of the ranking, fitted on out-of-fold rankings in which some targets
were held out and played the unknown.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from classifier.decision import Kind, Target
    from classifier.ranker import Ranking

KINDS: tuple[Kind, ...] = ("faq", "desk", "outside")
SIGNALS = ("margin", "gap", "odds", "unknown", "seen", *KINDS)
"""What the head looks at; the last three say of which kind the first target is."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Learnt in training, applied to every ranking.

    Attributes:
        sharpness: inverse temperature that scores are multiplied with.
        mean, scale: (S,) standardisation of the signals.
        weights: (S,) logistic regression weights over standardised signals.
        bias: its intercept.
        unknown_rest: when the first target is wrong, the share of messages whose right
            target is not in the model at all.
    """

    sharpness: float
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    unknown_rest: float

    def probabilities(
        self, ranking: Ranking, kinds: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], float]:
        """The (C,) probabilities that each target is right, and how sure the first one is.

        The probabilities sum to less than one: the rest is "none of our targets".
        """
        plain = softmax(ranking.scores * self.sharpness)
        first = int(plain.argmax())
        signals = signals_of(ranking, plain, first, int(kinds[first]))
        confidence = self._first_is_right(signals)
        others = 1.0 - plain[first]
        spread = (1.0 - confidence) * (1.0 - self.unknown_rest)
        probabilities = plain * (spread / others if others > 0 else 0.0)
        probabilities[first] = confidence
        return probabilities, confidence

    def _first_is_right(self, signals: NDArray[np.float64]) -> float:
        standard = (signals - np.array(self.mean)) / np.array(self.scale)
        return float(1.0 / (1.0 + np.exp(-(standard @ np.array(self.weights) + self.bias))))

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """The inverse of ``to_dict``."""
        known: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        return cls(**known)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normalised exponentials along the last axis."""
    powers: NDArray[np.float64] = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def signals_of(
    ranking: Ranking, plain: NDArray[np.float64], first: int, kind: int
) -> NDArray[np.float64]:
    """The (S,) signals of one ranking, in the order of ``SIGNALS``."""
    second = np.partition(ranking.scores, -2)[-2] if len(plain) > 1 else -1.0
    top = plain[first]
    odds = np.log(max(top, 1e-9)) - np.log(max(1.0 - top, 1e-9))
    head = [ranking.scores[first], ranking.scores[first] - second, odds]
    is_kind = [float(kind == number) for number in range(len(KINDS))]
    return np.array([*head, ranking.unknown, ranking.seen[first], *is_kind])


def kind_numbers(targets: tuple[Target, ...]) -> NDArray[np.intp]:
    """(C,) index into ``KINDS`` of every target."""
    return np.array([KINDS.index(target.kind) for target in targets], dtype=np.intp)
