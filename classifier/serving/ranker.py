"""The query path: a message -> a score for every entry, desk and outside family."""

from __future__ import annotations

from array import array
from math import log, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.text import END, START, Words, ngrams, stemmer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.serving.compiled import CompiledModel

MEMO_WORDS = 50_000
"""Words whose features are remembered; a flood of new words empties the memo, no more."""

MEMO_PAIRS = 200_000
"""Pairs of words whose row is remembered; then both memos are emptied."""

MEMO_CHARS = 40
"""Longer words are worked out anew each time: nobody types them twice, and they are heavy."""

ABSENT = -3.0
"""Score of a class that a message cannot be of: below what a linear machine gives."""

MANY = 600
"""From so many values on, finding the highest is quicker than sorting all."""

MAX_COUNT = 4096
"""A feature that stands more often than this in one message counts as this often."""


class Ranking(NamedTuple):
    """Scores of one message.

    Attributes:
        scores: (C,) float64 margins of the linear model, in the order of the model's targets.
        first, second: the two best classes.
        words: how many words the message has.
        unknown: share (0 to 1) of the message's idf in words never seen in training.
        seen: share of the message's idf in words that the best class's questions hold.
        rival: the same for the second class.
    """

    scores: NDArray[np.float64]
    first: int
    second: int
    words: int
    unknown: float
    seen: float
    rival: float


class Features(NamedTuple):
    """What the model knows of one message.

    Attributes:
        rows: (F,) rows of the model's table.
        weights: (F,) float32, of length one as a whole.
    """

    rows: NDArray[np.intp]
    weights: NDArray[np.float32]


class ReadWord(NamedTuple):
    """What the model knows of one word.

    Attributes:
        stem: by the stemmer.
        row: the stem's row of the model's table; -1 when training has not seen it.
        idf: of the stem; one never seen counts as the rarest known one.
        packed: rows of the stem, if known, and of its known character n-grams, repetitions
            kept, as the bytes of an intp array.
        classes: C bytes, 1 where a class's questions hold the stem.
        after: the row of the pair that this word makes with a following stem, as bytes, none
            for a pair that training has not seen. Filled as pairs are met.
    """

    stem: str
    row: int
    idf: float
    packed: bytes
    classes: bytes
    after: dict[str, bytes]

    @property
    def grams(self) -> NDArray[np.intp]:
        """(G,) rows of its known character n-grams, repetitions kept."""
        return np.frombuffer(self.packed, dtype=np.intp)[self.row >= 0 :]


class Ranker:
    """Scores messages against a compiled model, one at a time.

    The same numbers as the scikit-learn pipeline, to 1e-6, without its fixed cost. Not to be
    shared between threads that run at once: the memo of words is not locked.
    """

    def __init__(self, model: CompiledModel, language: str | None = "french") -> None:
        self.model = model
        self._words = Words(model.compounds)
        self._stem = stemmer(language)
        self._memo: dict[str, ReadWord] = {}
        self._pairs_known = 0
        self._start: dict[str, bytes] = {}
        self._intercept = model.intercept.astype(np.float64)
        self._nowhere = bytes(len(model.targets))
        self._rarest = float(model.word_idf.max(initial=1.0))
        self._first_gram = len(model.word_ids)
        # An array already, for numpy makes one of a plain number at each call.
        self._gram_border = np.array(self._first_gram)
        logs = [1 + log(n) for n in range(1, MAX_COUNT + 1)]
        self._log_tf = np.array([0.0, *logs], dtype=np.float32)
        # One row below all others and one above: every run of equal rows then has two borders.
        self._borders = array(INTP, [-1, len(model.idf)])

    def rank(self, text: str, without: NDArray[np.intp] | None = None) -> Ranking | None:
        """Score ``text``; None when it holds no word at all.

        Args:
            text: a message.
            without: classes that are not to be chosen, if any.
        """
        words = self.read(text)
        if not words:
            return None
        scores = self.margins(words)
        if without is not None and len(without):
            scores[without] = ABSENT
        first, second = best_two(scores)
        return Ranking(scores, first, second, len(words), *_shares(words, first, second))

    def read(self, text: str) -> list[ReadWord]:
        """The words of ``text`` with what the model knows of each."""
        memo = self._memo
        return [memo.get(word) or self._learn(word) for word in self._words(text)]

    def margins(self, words: Sequence[ReadWord]) -> NDArray[np.float64]:
        """(C,) scores of a message's words."""
        rows, weights = self.features(words)
        margins = self.model.weights.sums(rows, weights)
        margins += self._intercept
        return margins

    def features(self, words: Sequence[ReadWord]) -> Features:
        """The rows, rising, and the weights of both views, each view of the same length.

        Both are counted in one sorted array: with a few hundred features, a call to numpy
        costs more than the work it does. Taking with ``clip`` skips a check, no row is out.
        """
        parts = [word.packed for word in words]
        found = np.frombuffer(
            bytearray().join([*parts, *self._pairs(words), self._borders]), dtype=np.intp
        )
        found.sort()
        ends = (found[1:] != found[:-1]).nonzero()[0]
        rows = found.take(ends[1:], mode="clip")
        weights = self._log_tf.take(ends[1:] - ends[:-1], mode="clip")
        weights *= self.model.idf.take(rows, mode="clip")
        _level(weights, int(rows.searchsorted(self._gram_border)))
        return Features(rows, weights)

    def _pairs(self, words: Sequence[ReadWord]) -> list[bytes]:
        """The rows of the pairs of neighbours, borders included, as bytes."""
        left, after, found = START, self._start, []
        for word in words:
            row = after.get(word.stem)
            found.append(self._pair(left, word.stem, after) if row is None else row)
            left, after = word.stem, word.after
        row = after.get(END)
        found.append(self._pair(left, END, after) if row is None else row)
        return found

    def _pair(self, left: str, right: str, after: dict[str, bytes]) -> bytes:
        row = self.model.word_ids.get(f"{left} {right}", -1)
        packed = _pack_rows([row] * (row >= 0))
        if self._pairs_known >= MEMO_PAIRS:
            self._forget()
        self._pairs_known += 1
        after[right] = packed
        return packed

    def _forget(self) -> None:
        self._memo.clear()
        self._start.clear()
        self._pairs_known = 0

    def _learn(self, word: str) -> ReadWord:
        model, stem = self.model, self._stem(word)
        first, ids = self._first_gram, model.gram_ids
        grams = [first + ids[g] for g in ngrams(word) if g in ids]
        row = model.word_ids.get(stem, -1)
        if row < 0:
            entry = ReadWord(stem, row, self._rarest, _pack_rows(grams), self._nowhere, {})
        else:
            packed, holders = _pack_rows([row, *grams]), model.classes_with(row)
            entry = ReadWord(stem, row, float(model.idf[row]), packed, holders, {})
        self._remember(word, entry)
        return entry

    def _remember(self, word: str, entry: ReadWord) -> None:
        if len(self._memo) >= MEMO_WORDS:
            self._forget()
        if len(word) <= MEMO_CHARS:
            self._memo[word] = entry


INTP = np.dtype(np.intp).char
"""The letter by which ``array`` knows numpy's type of row numbers."""


def _pack_rows(rows: list[int]) -> bytes:
    return array(INTP, rows).tobytes()


def _level(weights: NDArray[np.float32], border: int) -> None:
    """Scale both views, which meet at ``border``, to one length and the whole to length one."""
    views = [view for view in (weights[:border], weights[border:]) if len(view)]
    for view in views:
        np.multiply(view, 1.0 / sqrt(float(view.dot(view)) * len(views)), out=view)


def best_two(scores: NDArray[np.float64]) -> tuple[int, int]:
    """The columns of the two highest of (C,) scores; the first of equal ones comes first."""
    first = int(scores.argmax())
    # Hidden for a moment: a copy or a partition of all scores would take twice as long.
    best, scores[first] = scores[first], -np.inf
    second = int(scores.argmax())
    scores[first] = best
    return first, second


def best_columns(values: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """The columns of the ``count`` highest of (C,) values, or of all, the highest first."""
    if len(values) < MANY:
        return values.argsort()[: -count - 1 : -1]
    columns = values.argpartition(-count)[-count:]
    return columns.take(values.take(columns).argsort()[::-1])


def _shares(words: Sequence[ReadWord], first: int, second: int) -> tuple[float, float, float]:
    total = unknown = seen = rival = 0.0
    for _, row, idf, _, classes, _ in words:
        total += idf
        if row < 0:
            unknown += idf
            continue
        if classes[first]:
            seen += idf
        if classes[second]:
            rival += idf
    return unknown / total, seen / total, rival / total
