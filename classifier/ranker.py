"""The query path: a message -> a score for every entry, desk and outside family."""

from __future__ import annotations

from itertools import pairwise
from math import log, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.text import END, START, Words, french_stemmer, ngrams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from classifier.compiled import CompiledModel

MEMO_WORDS = 50_000
"""Words whose n-grams are remembered; a flood of new words empties the memo, no more."""


class Ranking(NamedTuple):
    """Scores of one message.

    Attributes:
        scores: (C,) float64 margins of the linear model, in the order of the model's targets.
        unknown: share (0 to 1) of the message's idf in words never seen in training.
        seen: (C,) share of the message's idf in words that each class's questions hold.
    """

    scores: NDArray[np.float64]
    unknown: float
    seen: NDArray[np.float64]


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
        self._rarest = float(model.word_idf.max(initial=1.0))
        self._log_tf = np.array([0.0, *(1 + log(n) for n in range(1, 4096))], dtype=np.float32)

    def rank(self, text: str) -> Ranking | None:
        """Score ``text``; None when it holds no word at all."""
        words = [self._memo.get(word) or self._learn(word) for word in self._words(text)]
        if not words:
            return None
        blocks = [
            block
            for block in (self._word_block(words), self._gram_block(words))
            if block is not None
        ]
        scores = self.model.intercept.astype(np.float64)
        for block in blocks:
            scores = scores + block / sqrt(len(blocks))
        unknown, seen = self._known(words)
        return Ranking(scores, unknown, seen)

    def _learn(self, word: str) -> _Word:
        if len(self._memo) >= MEMO_WORDS:
            self._memo.clear()
        ids = self.model.gram_ids
        stem = self._stem(word)
        grams = np.array([ids[g] for g in ngrams(word) if g in ids], dtype=np.intp)
        entry = self._memo[word] = _Word(stem, self.model.word_ids.get(stem, -1), grams)
        return entry

    def _word_block(self, words: list[_Word]) -> NDArray[np.float64] | None:
        ids = self.model.word_ids
        stems = [START, *(word.stem for word in words), END]
        rows = [word.row for word in words if word.row >= 0]
        rows += [row for a, b in pairwise(stems) if (row := ids.get(f"{a} {b}", -1)) >= 0]
        found = np.array(rows, dtype=np.intp)
        return self._project(found, self.model.word_idf, self.model.word_coef)

    def _gram_block(self, words: list[_Word]) -> NDArray[np.float64] | None:
        found = np.concatenate([word.grams for word in words])
        return self._project(found, self.model.gram_idf, self.model.gram_coef)

    def _project(
        self, found: NDArray[np.intp], idf: NDArray[np.float32], coef: NDArray[np.float32]
    ) -> NDArray[np.float64] | None:
        if not len(found):
            return None
        rows, counts = np.unique(found, return_counts=True)
        weights = self._log_tf[np.minimum(counts, 4095)] * idf[rows]
        scores: NDArray[np.float64] = (weights @ coef[rows]) / sqrt(weights @ weights)
        return scores

    def _known(self, words: list[_Word]) -> tuple[float, NDArray[np.float64]]:
        model = self.model
        rows = np.array([word.row for word in words if word.row >= 0], dtype=np.intp)
        missing = (len(words) - len(rows)) * self._rarest
        idf = model.word_idf[rows]
        total = missing + float(idf.sum())
        seen: NDArray[np.float64] = np.asarray(idf @ model.class_has_word[rows], np.float64) / total
        return missing / total, seen
