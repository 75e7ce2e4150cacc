"""Whether a message that was declined speaks of the field all the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.folding import fold
from kb.likeness import stems

if TYPE_CHECKING:
    from kb.entries import KnowledgeBase, Outside

TITLE_WORDS = 2
"""Words of one title that a declined message must hold to be looked at."""

_LONG = 4
"""Letters of a word that says what a message is about."""

_WORD = re.compile(r"\w+")


class KnownWords:
    """The words of a knowledge base: terms of the lexicon, and those of each title.

    Args:
        base: whose.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        names = (name for term in base.lexicon for name in (term.short, *term.synonyms))
        self._terms = {_plain_words(name) for name in names}
        self._titles = [_long_stems(entry.title) for entry in base.entries.values()]
        self._families = base.outside

    def are_missed(self, text: str, family: str | None) -> bool:
        """Whether a message that was declined as ``family`` may have been a question for us.

        What ends a talk is none; a greeting is, when it holds more than greetings.
        """
        found = self._families.get(family or "")
        return not _is_end(found) and self.are_in(text)

    def are_in(self, text: str) -> bool:
        """Whether ``text`` holds a term of the lexicon, or two words of one title."""
        words = _plain_words(text)
        if any(term in words for term in self._terms):
            return True
        said = _long_stems(text)
        return any(len(said & title) >= TITLE_WORDS for title in self._titles)


def _is_end(family: Outside | None) -> bool:
    return family is not None and family.closing and not family.courtesy


def _plain_words(text: str) -> str:
    """The words with a space on either side, so that one inside another is not found."""
    return f" {' '.join(_WORD.findall(fold(text)))} "


def _long_stems(text: str) -> frozenset[str]:
    return frozenset(word for word in stems(text) if len(word) >= _LONG)
