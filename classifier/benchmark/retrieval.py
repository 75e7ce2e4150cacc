"""Notes by the words they share with a question: TF-IDF over posting lists, exact."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

DENSE_FROM = 0.5
"""Postings per note from which one addition a word beats counting all postings at once."""


WHOLE_FROM = 1 / 16
"""Share of the notes from which a word's weights are also kept one a note: to add a whole column
is quicker than to pick its cells."""


class Found(NamedTuple):
    """A note by its number and its cosine with the question (0 to 1)."""

    note: int
    score: float


class Retriever:
    """An index of N notes given as words; a query costs by the postings of its words."""

    def __init__(self, notes: Iterable[Sequence[str]]) -> None:
        """Index ``notes``; an empty one is never found."""
        counted = [Counter(note) for note in notes]
        self.size = len(counted)
        self.ids: dict[str, int] = {}
        for counts in counted:
            for word in counts:
                self.ids.setdefault(word, len(self.ids))
        self._build(counted)

    def _build(self, counted: Sequence[Counter[str]]) -> None:
        """Columns of the TF-IDF matrix, one a word: the notes that hold it, and its weights."""
        lengths = [len(counts) for counts in counted]
        notes = np.repeat(np.arange(self.size), lengths)
        words = np.fromiter((self.ids[w] for c in counted for w in c), np.intp, sum(lengths))
        tf = np.fromiter((n for c in counted for n in c.values()), np.float64, sum(lengths))
        frequency = np.bincount(words, minlength=len(self.ids))
        self.idf = np.log((1 + self.size) / (1 + frequency)) + 1
        weights = (1 + np.log(tf)) * self.idf[words]
        weights /= np.sqrt(np.bincount(notes, weights**2, minlength=self.size))[notes]
        order = np.argsort(words, kind="stable")
        self.starts: list[int] = [0, *np.cumsum(frequency).tolist()]
        self.notes: NDArray[np.int32] = notes[order].astype(np.int32)
        self.weights: NDArray[np.float32] = weights[order].astype(np.float32)
        often = np.flatnonzero(frequency >= max(WHOLE_FROM * self.size, 1))
        self.columns = {column: self._column(column) for column in often.tolist()}

    def _column(self, word: int) -> NDArray[np.float32]:
        span = slice(self.starts[word], self.starts[word + 1])
        column = np.zeros(self.size, dtype=np.float32)
        column[self.notes[span]] = self.weights[span]
        return column

    def search(self, words: Sequence[str], top: int = 1) -> list[Found]:
        """The ``top`` notes nearest to ``words``, best first, then by number.

        Notes that share no word are left out, so there may be fewer, even none.
        """
        if top < 1:
            raise ValueError("ask for one note at least")
        scores = self.scores(words)
        if not len(scores):
            return []
        top = min(top, len(scores))
        # All that tie with the last one stay in, so that the order decides, not the selection.
        least = _nth_largest(scores, top)
        best = np.flatnonzero(scores >= least if least > 0 else scores > 0)
        order = np.argsort(-scores[best], kind="stable")[:top]
        return [Found(int(n), float(scores[n])) for n in best[order]]

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """(N,) cosines of all notes with ``words``."""
        asked = [(column, weight) for column, weight in self._weigh_words(words)]
        total = sum(self.starts[c + 1] - self.starts[c] for c, _ in asked)
        if total >= DENSE_FROM * self.size:
            return self._score_by_adding(asked)
        return self._score_by_counting(asked)

    def _weigh_words(self, words: Sequence[str]) -> Iterator[tuple[int, float]]:
        found = [(self.ids[w], n) for w, n in Counter(words).items() if w in self.ids]
        weights = [(1 + log(n)) * float(self.idf[column]) for column, n in found]
        length = sum(weight * weight for weight in weights) ** 0.5
        return ((column, w / length) for (column, _), w in zip(found, weights, strict=True))

    def _score_by_counting(self, asked: Sequence[tuple[int, float]]) -> NDArray[np.float32]:
        spans = [(slice(self.starts[c], self.starts[c + 1]), weight) for c, weight in asked]
        if not spans:
            return np.zeros(self.size, dtype=np.float32)
        notes = np.concatenate([self.notes[span] for span, _ in spans])
        weights = np.concatenate([self.weights[span] * weight for span, weight in spans])
        return np.bincount(notes, weights, minlength=self.size).astype(np.float32)

    def _score_by_adding(self, asked: Sequence[tuple[int, float]]) -> NDArray[np.float32]:
        scores = np.zeros(self.size, dtype=np.float32)
        for word, weight in asked:
            if word in self.columns:
                scores += self.columns[word] * np.float32(weight)
                continue
            span = slice(self.starts[word], self.starts[word + 1])
            # A note stands once in a word's list, so no addition is lost.
            scores[self.notes[span]] += self.weights[span] * np.float32(weight)
        return scores


def _nth_largest(scores: NDArray[np.float32], nth: int) -> float:
    # The nth largest stands in one of the nth best blocks: those alone are put in order.
    blocks = len(scores) // BLOCK
    if blocks <= nth:
        return float(np.partition(scores, -nth)[-nth])
    table = scores[: blocks * BLOCK].reshape(blocks, BLOCK)
    chosen = np.argpartition(table.max(axis=1), -nth)[-nth:]
    pool = np.concatenate([table[chosen].ravel(), scores[blocks * BLOCK :]])
    return float(np.partition(pool, -nth)[-nth])


BLOCK = 256
"""Scores whose largest stands for them all when the best are looked for."""
