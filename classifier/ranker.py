"""The query path: a message -> a score for every entry, desk and outside family."""

from __future__ import annotations

from itertools import pairwise
from math import log, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.text import END, START, Words, french_stemmer, ngrams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from classifier.compiled import CompiledModel

MEMO_WORDS = 50_000
"""Words whose n-grams are remembered; a flood of new words empties the memo, no more."""

MAX_COUNT = 4096
"""A feature that stands more often than this in one message counts as this often."""


class Ranking(NamedTuple):
    """Scores of one message.

    Attributes:
        scores: (C,) float64 margins of the linear model, in the order of the model's targets.
        unknown: share (0 to 1) of the message's idf in words never seen in training.
        seen: share of the message's idf in words that the best class's questions hold.
    """

    scores: NDArray[np.float64]
    unknown: float
    seen: float


class Features(NamedTuple):
    """What the model knows of one message.

    Attributes:
        rows: (F,) rows of the model's table.
        weights: (F,) float32, of length one as a whole.
    """

    rows: NDArray[np.intp]
    weights: NDArray[np.float32]


class _Word(NamedTuple):
    stem: str
    row: int
    grams: NDArray[np.intp]


class Ranker:
    """Scores messages against a compiled model, one at a time.

    The same numbers as the scikit-learn pipeline, to 1e-6, without its fixed cost. Not to be
    shared between threads that run at once: the memo of words is not locked.
    """

    def __init__(self, model: CompiledModel) -> None:
        self.model = model
        self._words = Words(model.compounds)
        self._stem = french_stemmer()
        self._memo: dict[str, _Word] = {}
        self._intercept = model.intercept.astype(np.float64)
        self._rarest = float(model.word_idf.max(initial=1.0))
        logs = [1 + log(n) for n in range(1, MAX_COUNT + 1)]
        self._log_tf = np.array([0.0, *logs], dtype=np.float32)

    def rank(self, text: str) -> Ranking | None:
        """Score ``text``; None when it holds no word at all."""
        words = self.read(text)
        if not words:
            return None
        rows, weights = self.features(words)
        scores = weights @ self.model.coef[rows] + self._intercept
        unknown, seen = self._known(words, int(scores.argmax()))
        return Ranking(scores, unknown, seen)

    def read(self, text: str) -> list[_Word]:
        """The words of ``text`` with what the model knows of each."""
        memo = self._memo
        return [memo.get(word) or self._learn(word) for word in self._words(text)]

    def features(self, words: Sequence[_Word]) -> Features:
        """The rows and weights of both views, each view of the same length."""
        ids = self.model.word_ids
        stems = [START, *[word.stem for word in words], END]
        rows = [word.row for word in words if word.row >= 0]
        rows += [ids[pair] for a, b in pairwise(stems) if (pair := f"{a} {b}") in ids]
        views = [
            self._view(np.array(rows, dtype=np.intp)),
            self._view(np.concatenate([word.grams for word in words])),
        ]
        full = [view for view in views if len(view.rows)] or views[:1]
        share = np.float32(1 / sqrt(len(full)))
        return Features(
            np.concatenate([view.rows for view in full]),
            np.concatenate([view.weights for view in full]) * share,
        )

    def _learn(self, word: str) -> _Word:
        if len(self._memo) >= MEMO_WORDS:
            self._memo.clear()
        first, ids = len(self.model.word_ids), self.model.gram_ids
        stem = self._stem(word)
        grams = np.array([first + ids[g] for g in ngrams(word) if g in ids], dtype=np.intp)
        entry = self._memo[word] = _Word(stem, self.model.word_ids.get(stem, -1), grams)
        return entry

    def _view(self, found: NDArray[np.intp]) -> Features:
        """Count, weigh and scale to length one; sorting by hand beats ``np.unique`` here."""
        if not len(found):
            return Features(found, np.empty(0, dtype=np.float32))
        found.sort()
        starts = np.flatnonzero(np.concatenate([[True], found[1:] != found[:-1]]))
        rows = found[starts]
        counts = np.diff(starts, append=len(found))
        weights = self._log_tf[np.minimum(counts, MAX_COUNT)] * self.model.idf[rows]
        return Features(rows, weights / np.float32(sqrt(weights @ weights)))

    def _known(self, words: Sequence[_Word], best: int) -> tuple[float, float]:
        model = self.model
        rows = [word.row for word in words if word.row >= 0]
        missing = (len(words) - len(rows)) * self._rarest
        idf = model.idf[rows]
        total = missing + float(idf.sum())
        return missing / total, float(idf @ model.class_has_word[rows, best]) / total
