"""When to hold back: a few signals of a guess, and a head that weighs them.

The head is fitted on rounds in which some intents were never taught and play out of scope, so
it needs no message that really is. Asking it takes numpy only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from classifier.serving.ranker import ReadWord

ROUNDS = 5
"""In each round a fifth of the intents is out of scope; each of them is so once."""


class Signals(NamedTuple):
    """What the head looks at.

    Attributes:
        margin: score of the best class.
        unknown: share (0 to 1) of the message's idf in words never seen in training.
        seen: share (0 to 1) of the message's idf in words that the best class's texts hold.
    """

    margin: float
    unknown: float
    seen: float


class Round(NamedTuple):
    """Rows to learn from, rows to ask (T of them), and which asked rows are in scope (T,)."""

    train: NDArray[np.intp]
    test: NDArray[np.intp]
    inside: NDArray[np.bool_]


def signals_of(words: Sequence[ReadWord], scores: NDArray[np.float64], idf_power: float) -> Signals:
    """The signals of one message from its words and its (C,) scores.

    Words weigh their whole idf here, whatever power of it the scores were made with.
    """
    best = int(scores.argmax())
    whole = 1.0 / idf_power
    total = unknown = seen = 0.0
    for word in words:
        weight = word.idf**whole
        total += weight
        if word.row < 0:
            unknown += weight
        elif word.classes[best]:
            seen += weight
    return Signals(float(scores[best]), unknown / total, seen / total)


def rounds(
    labels: NDArray[np.intp], rows: NDArray[np.intp], seed: int, count: int = ROUNDS
) -> Iterator[Round]:
    """Splits of ``rows``: part of the intents is hidden, as many of the other rows are asked.

    Args:
        labels: (N,) class of every row.
        rows: those that may be learnt from.
        seed: draws intents and rows.
        count: the rounds; every intent is hidden in one of them, every row asked in one.
    """
    rng = np.random.default_rng(seed)
    intents = rng.permutation(np.unique(labels[rows]))
    fold = rng.integers(0, count, len(rows))
    for number, hidden in enumerate(np.array_split(intents, count)):
        gone = np.isin(labels[rows], hidden)
        asked = gone | (fold == number)
        yield Round(rows[~asked], rows[asked], ~gone[asked])
