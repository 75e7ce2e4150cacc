"""Words as people mistype them -> the words of a vocabulary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEAST_LETTERS = 5
"""Shorter words have too many neighbours that mean something else."""

MAX_LETTERS = 24
"""Longer words are nobody's typing error, and each letter would cost one look-up."""

_RUN = re.compile(r"(.)\1+")


class Tolerance:
    """Finds the word that is meant by one with a typing error or letters drawn out.

    One letter left out, added, replaced or swapped with its neighbour (Damerau 1964); the first
    letter must be right, or swapped: people rarely miss it, and other words differ by just it.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._squeezed: dict[str, str] = {}
        self._shortened: dict[str, list[str]] = {}
        for word in vocabulary:
            self._squeezed.setdefault(_squeeze(word), word)
            for part in _shortenings(word):
                self._shortened.setdefault(part, []).append(word)

    def correct(self, word: str) -> str | None:
        """The word of the vocabulary that ``word`` is meant to be, if any."""
        found = self._squeezed.get(_squeeze(word))
        if found is not None or not LEAST_LETTERS <= len(word) <= MAX_LETTERS:
            return found
        near = (known for part in _shortenings(word) for known in self._shortened.get(part, ()))
        return next((known for known in near if _is_near(word, known)), None)


def _squeeze(word: str) -> str:
    return _RUN.sub(r"\1", word)


def _shortenings(word: str) -> Iterator[str]:
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


def _is_near(word: str, known: str) -> bool:
    """Whether at most one letter is wrong, and not the first."""
    if word[0] != known[0]:
        return word[:2] == known[1::-1] and word[2:] == known[2:]
    at = next((n for n, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), -1)
    if at < 0:
        return abs(len(word) - len(known)) <= 1
    rest, right = word[at:], known[at:]
    swapped = rest[:2] == right[1::-1] and rest[2:] == right[2:]
    return swapped or rest[1:] == right[1:] or rest[1:] == right or rest == right[1:]
