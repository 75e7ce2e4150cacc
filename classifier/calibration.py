"""Scores -> probabilities: a temperature over classes and a head for "is the first one right?".

The temperature is Guo et al. 2017 (https://arxiv.org/abs/1706.04599). The head is a logistic
regression on a few signals of the ranking, one for each kind of first target, fitted on
out-of-fold rankings in which some targets were held out and played the unknown.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import exp, log
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from classifier.decision import Kind, Target
    from classifier.ranker import Ranking

KINDS: tuple[Kind, ...] = ("faq", "desk", "outside")


class Signals(NamedTuple):
    """What the head looks at.

    Attributes:
        margin: score of the first target.
        gap: how far the second stands below.
        odds: log odds of the first by the temperature alone.
        unknown: idf share of the message in never-seen words.
        seen: idf share of the message in words that the first target's questions hold.
    """

    margin: float
    gap: float
    odds: float
    unknown: float
    seen: float


@dataclass(frozen=True, slots=True)
class Head:
    """Logistic regression over ``Signals``."""

    weights: tuple[float, ...]
    bias: float

    def __call__(self, signals: Signals) -> float:
        """Probability that the first target is right."""
        logit = self.bias + sum(w * s for w, s in zip(self.weights, signals, strict=True))
        return 1.0 / (1.0 + exp(-max(-LOGIT_LIMIT, min(LOGIT_LIMIT, logit))))


LOGIT_LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Learnt in training, applied to every ranking.

    Attributes:
        sharpness: inverse temperature that scores are multiplied with.
        heads: one for each of ``KINDS``, by the kind of the first target.
        unknown_rest: when the first target is wrong, the share of messages whose right
            target is not in the model at all.
    """

    sharpness: float
    heads: tuple[Head, ...]
    unknown_rest: float

    def probabilities(self, ranking: Ranking, kinds: Sequence[int]) -> NDArray[np.float64]:
        """The (C,) probabilities that each target is right; the first one's is the head's.

        They sum to less than one: the rest is "none of our targets".
        """
        plain = softmax(ranking.scores * self.sharpness)
        first = int(ranking.scores.argmax())
        confidence = self.heads[kinds[first]](signals_of(ranking, plain, first))
        others = 1.0 - float(plain[first])
        spread = (1.0 - confidence) * (1.0 - self.unknown_rest)
        plain *= spread / others if others > 0 else 0.0
        plain[first] = confidence
        return plain

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """The inverse of ``to_dict``."""
        heads = tuple(Head(tuple(h["weights"]), float(h["bias"])) for h in data["heads"])
        return cls(float(data["sharpness"]), heads, float(data["unknown_rest"]))


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normalised exponentials along the last axis."""
    # Ufuncs straight, not by array methods: on one message the detour is half of the time.
    powers: NDArray[np.float64] = scores - np.maximum.reduce(scores, axis=-1, keepdims=True)
    np.exp(powers, out=powers)
    powers /= np.add.reduce(powers, axis=-1, keepdims=True)
    return powers


def signals_of(ranking: Ranking, plain: NDArray[np.float64], first: int) -> Signals:
    """The signals of one ranking, of (C,) tempered probabilities and of the best class."""
    scores = ranking.scores
    margin, top = float(scores[first]), float(plain[first])
    second = float(np.partition(scores, -2)[-2]) if len(scores) > 1 else -1.0
    odds = log(max(top, TINY)) - log(max(1.0 - top, TINY))
    return Signals(margin, margin - second, odds, ranking.unknown, ranking.seen)


TINY = 1e-9


def kind_numbers(targets: tuple[Target, ...]) -> NDArray[np.intp]:
    """(C,) index into ``KINDS`` of every target."""
    return np.array([KINDS.index(target.kind) for target in targets], dtype=np.intp)
