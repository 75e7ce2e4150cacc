"""How alike French texts are in their words, rare ones counting most; no training needed."""

from __future__ import annotations

import re
from collections import Counter
from math import log, sqrt
from typing import TYPE_CHECKING, NamedTuple

from kb.folding import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_STEM = 6
"""Letters of a word that count: enough to tell words apart, few enough to leave the endings."""

_PLURAL = re.compile(r"(?<=\w{3})[sx]$")


class Near(NamedTuple):
    """A text by its name, and how near it is: 0 nothing in common, 1 the same words."""

    name: str
    score: float


class Likeness:
    """Finds among texts those nearest to another one.

    Args:
        texts: what is searched, by name.
        known: texts whose words tell what is rare, when those searched are too few for it.
    """

    def __init__(self, texts: Mapping[str, str], known: Likeness | None = None) -> None:
        words = {name: stems(text) for name, text in texts.items()}
        shared = Counter(word for found in words.values() for word in found)
        own = {word: log(1 + len(words) / count) for word, count in shared.items()}
        self._rarity: Mapping[str, float] = known._rarity if known else own  # noqa: SLF001 - its own kind
        self._unknown: float = known._unknown if known else log(1 + len(words))  # noqa: SLF001
        self._words = words
        self._size = {name: self._length(found) for name, found in words.items()}

    def nearest(self, text: str, limit: int = 3) -> list[Near]:
        """The nearest texts that share a word with ``text``, nearest first."""
        asked = stems(text)
        size = self._length(asked)
        found = [
            Near(name, self._shared(asked, words) / (size * self._size[name]))
            for name, words in self._words.items()
            if not asked.isdisjoint(words)
        ]
        return sorted(found, key=lambda near: (-near.score, near.name))[:limit]

    def _shared(self, one: frozenset[str], other: frozenset[str]) -> float:
        return sum(self._weight(word) for word in one & other)

    def _length(self, words: frozenset[str]) -> float:
        return sqrt(sum(self._weight(word) for word in words))

    def _weight(self, word: str) -> float:
        rarity = self._rarity.get(word, self._unknown)
        return rarity * rarity


def stems(text: str) -> frozenset[str]:
    """The words of ``text``, folded and without their endings."""
    words = re.findall(r"\w{2,}", fold(text))
    return frozenset(_PLURAL.sub("", word)[:_STEM] for word in words)
