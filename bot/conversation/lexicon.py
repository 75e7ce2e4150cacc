"""Looking a term of the field up, forgiving case, accents and punctuation."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from classifier.text import Words
from kb.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.entries import Term

MAX_NEAR = 3


class Lexicon:
    """The terms of a knowledge base by every name they have."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._words = Words()
        self._by_name: dict[str, Term] = {}
        # A sign behind a short form may make another term of it: it counts where it is written.
        self._by_spelling: dict[str, Term] = {}
        for term in self.terms:
            for name in (term.short, term.long, *term.synonyms):
                if name:
                    self._by_name.setdefault(self._fold(name), term)
                    self._by_spelling.setdefault(_spelling(name), term)

    def find(self, asked: str) -> Term | None:
        """The term that ``asked`` names, if any."""
        return self._by_spelling.get(_spelling(asked)) or self._by_name.get(self._fold(asked))

    def near(self, asked: str) -> list[str]:
        """Short forms that look like ``asked``, best first."""
        names = difflib.get_close_matches(self._fold(asked), self._by_name, n=MAX_NEAR)
        return list(dict.fromkeys(self._by_name[name].short for name in names))

    def _fold(self, name: str) -> str:
        return "".join(self._words(name))


def _spelling(name: str) -> str:
    return "".join(fold(name).split())
