"""Scores -> probabilities: a temperature over classes, and heads that know the unknown.

The temperature is Guo et al. 2017 (https://arxiv.org/abs/1706.04599). Two heads, logistic
regressions on a few signals of the ranking, one of each for each kind of first target, say
whether the first target is right and, where it is not, whether the right one exists at all. They
are fitted on out-of-fold rankings in which some targets were held out and played the unknown.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import exp, log
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from classifier.serving.desks import Desks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from classifier.decision import Kind, Target
    from classifier.serving.ranker import Ranking

KINDS: tuple[Kind, ...] = ("faq", "desk", "outside")
DESK, OUTSIDE = 1, 2
ALL = 2
"""Where the sum over all targets stands among the sums of ``signals_of``."""


class Kinds(NamedTuple):
    """The kind and the desk of each of C targets, in the forms that calibration needs.

    Attributes:
        numbers: C indexes into ``KINDS``.
        shares: (C, 3 + D) float64, 1 where a target is a desk, where it is outside, for all, and
            where it belongs to each of the D desks.
        desks: which desk takes over after which target.
    """

    numbers: list[int]
    shares: NDArray[np.float64]
    desks: Desks

    @classmethod
    def of(cls, targets: Sequence[Target], desks: Desks | None = None) -> Kinds:
        """The kinds of ``targets``; without ``desks``, a desk has but its own messages."""
        numbers, desks = kind_numbers(targets), desks or Desks.of(targets)
        kinds = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1.0]])[numbers]
        return cls(numbers.tolist(), np.hstack([kinds, desks.members()]), desks)


class Signals(NamedTuple):
    """What the head looks at.

    Attributes:
        margin: score of the first target.
        gap: how far the second stands below.
        odds: log odds of the first by the temperature alone.
        unknown: idf share of the message in never-seen words.
        seen: idf share of the message in words that the first target's questions hold.
        rival: the same for the second target.
        desks: what the temperature alone gives to all desks together.
        outside: the same for all that is outside.
        length: logarithm of the number of words and one.
    """

    margin: float
    gap: float
    odds: float
    unknown: float
    seen: float
    rival: float
    desks: float
    outside: float
    length: float


@dataclass(frozen=True, slots=True)
class Head:
    """Logistic regression over signals."""

    weights: tuple[float, ...]
    bias: float

    def log_odds(self, signals: Sequence[float]) -> float:
        """Log odds that what the signals are of is right."""
        return self.bias + sum([w * s for w, s in zip(self.weights, signals, strict=True)])

    def __call__(self, signals: Sequence[float]) -> float:
        """Probability that what the signals are of is right."""
        logit = max(-LOGIT_LIMIT, min(LOGIT_LIMIT, self.log_odds(signals)))
        return 1.0 / (1.0 + exp(-logit))


LOGIT_LIMIT = 30.0


class Reading(NamedTuple):
    """What is believed of one message.

    Attributes:
        probabilities: (C,) that each target is right. They sum to less than one: the rest is
            "nothing of ours answers this". A contact entry's share stands with its desk.
        desks: (D,) whose question it is, should it be one that nothing of ours answers: the share
            that the temperature alone gives to each desk's messages and entries together. The
            right desk of an entry that was held out leads for 83 % of its questions and is among
            the first two for 97 % (cross-validation of the shipped base); the desk's own messages
            alone name it for 61 %.
    """

    probabilities: NDArray[np.float64]
    desks: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Learnt in training, applied to every ranking.

    Attributes:
        sharpness: inverse temperature that scores are multiplied with.
        heads: is the first target right? One for each of ``KINDS``, by the kind of the first.
        unknown_heads: if it is not, is the right one missing from the model altogether? The same.
    """

    sharpness: float
    heads: tuple[Head, ...]
    unknown_heads: tuple[Head, ...]

    def probabilities(self, ranking: Ranking, kinds: Kinds) -> NDArray[np.float64]:
        """The (C,) probabilities of :meth:`read` alone."""
        return self.read(ranking, kinds).probabilities

    def read(self, ranking: Ranking, kinds: Kinds) -> Reading:
        """The probabilities for a ranked message; that of the first target is its head's."""
        others = others_of(ranking, self.sharpness)
        signals, masses = signals_of(ranking, others, kinds)
        kind, rest = kinds.numbers[ranking.first], masses[ALL]
        confidence = self.heads[kind](signals)
        share = (1.0 - self.unknown_heads[kind](signals)) / rest if rest > 0 else 0.0
        # The head may doubt the first target so much that the second would overtake it.
        second = share * float(others[ranking.second])
        confidence = max(confidence, second / (1.0 + second) + TINY)
        others *= (1.0 - confidence) * share
        others[ranking.first] = confidence
        for entry, desk in kinds.desks.contacts:
            others[desk] += others[entry]
            others[entry] = 0.0
        return Reading(others, kinds.desks.shares(masses[ALL + 1 :], ranking.first))

    def to_dict(self) -> dict[str, Any]:
        """The calibration as JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """The inverse of ``to_dict``."""
        heads, unknown = (
            tuple(Head(tuple(h["weights"]), float(h["bias"])) for h in data[name])
            for name in ("heads", "unknown_heads")
        )
        return cls(float(data["sharpness"]), heads, unknown)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normalised exponentials along the last axis."""
    # Ufuncs straight, not by array methods: on one message the detour is half of the time.
    powers: NDArray[np.float64] = scores - np.maximum.reduce(scores, axis=-1, keepdims=True)
    np.exp(powers, out=powers)
    powers /= np.add.reduce(powers, axis=-1, keepdims=True)
    return powers


def others_of(ranking: Ranking, sharpness: float) -> NDArray[np.float64]:
    """(C,) how likely the temperature alone makes each target beside the first, which gets 0."""
    # In place and by ufuncs: on one message, each array that numpy makes costs a microsecond.
    powers: NDArray[np.float64] = ranking.scores - ranking.scores[ranking.first]
    powers *= sharpness
    np.exp(powers, out=powers)
    powers[ranking.first] = 0.0
    return powers


def signals_of(
    ranking: Ranking, others: NDArray[np.float64], kinds: Kinds
) -> tuple[Signals, list[float]]:
    """The signals of one ranking and its (C,) ``others_of``, and the sums of these.

    Returns:
        the signals; then what the others give to desks, to outside, in all, and to each desk.
    """
    scores, first, second, words, unknown, seen, rival = ranking
    margin = float(scores[first])
    masses = others.dot(kinds.shares).tolist()
    desks, outside, rest = masses[: ALL + 1]
    kind, whole = kinds.numbers[first], 1.0 + rest
    signals = Signals(
        margin=margin,
        gap=margin - float(scores[second]),
        odds=-log(max(rest, TINY)),
        unknown=unknown,
        seen=seen,
        rival=rival,
        desks=(desks + (kind == DESK)) / whole,
        outside=(outside + (kind == OUTSIDE)) / whole,
        length=log(words + 1.0),
    )
    return signals, masses


TINY = 1e-9


def kind_numbers(targets: Sequence[Target]) -> NDArray[np.intp]:
    """(C,) index into ``KINDS`` of every target."""
    return np.array([KINDS.index(target.kind) for target in targets], dtype=np.intp)
