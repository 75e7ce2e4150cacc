"""Forms as the data file writes them -> patterns, found by the words that may begin them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FIRST, CAPITAL, ACRONYM, UNKNOWN, INFINITIVE, NUMBER = "N", "C", "A", "U", "V", "D"
"""What a word that the forms do not name reads as: a first name; one with a capital; all of
capitals; any other; any other that ends as infinitives do; a number."""

_SLOTS = {
    "{FIRST}": FIRST,
    "{PERSON}": FIRST + CAPITAL,
    "{NAME}": CAPITAL + ACRONYM + UNKNOWN + INFINITIVE + NUMBER,
}
_PART = re.compile(r"[a-z0-9]+|<\w+>|\{[A-Z]+\}|=\.|[=!+()|\[\]]")
_CLOSING = {"(": ")", "[": "]"}


class Found(NamedTuple):
    """A form in a clause: its kind, and how many words it holds."""

    kind: str
    words: int


class _Piece(NamedTuple):
    """Part of a form: its regular expression, the words that may begin it, whether it may miss."""

    pattern: str
    firsts: frozenset[str]
    optional: bool


_EMPTY = _Piece("", frozenset(), optional=True)


class Forms:
    """The forms of several kinds, looked up by first word: most words begin none.

    Args:
        kinds: for each kind, its forms.
        sets: the named sets that forms refer to.

    Attributes:
        firsts: the words that may begin a form.
    """

    def __init__(self, kinds: Mapping[str, Iterable[str]], sets: Mapping[str, str]) -> None:
        found: dict[str, dict[str, list[str]]] = {}
        for kind, forms in kinds.items():
            for form in forms:
                piece = parse(form, sets)
                for first in piece.firsts:
                    found.setdefault(first, {}).setdefault(kind, []).append(piece.pattern)
        self.firsts = frozenset(found)
        self._by_first = found
        self._compiled: dict[str, re.Pattern[str]] = {}

    def may_begin(self, words: Iterable[str]) -> bool:
        """Whether any of ``words`` begins a form."""
        return not self.firsts.isdisjoint(words)

    def match(self, first: str, text: str, at: int) -> Found | None:
        """The first form that stands in ``text`` from ``at`` on, where the word ``first`` does.

        ``text`` holds the words of a clause, each followed by a space.
        """
        found = self._pattern(first).match(text, at) if first in self.firsts else None
        if found is None or found.end() == at:
            return None
        return Found(str(found.lastgroup), text.count(" ", at, found.end()))

    def _pattern(self, first: str) -> re.Pattern[str]:
        # Compiling all of them takes a fifth of a second; a message needs a few.
        if first not in self._compiled:
            self._compiled[first] = _alternatives(self._by_first[first])
        return self._compiled[first]


def _alternatives(kinds: Mapping[str, list[str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{kind}>{'|'.join(kinds[kind])})" for kind in kinds))


def parse(form: str, sets: Mapping[str, str]) -> _Piece:
    """Read a form; see ``words.toml`` for how they are written.

    Raises:
        ValueError: a bracket is not closed.
        KeyError: a set is not known.
    """
    parts = iter(_PART.findall(form))
    return _choice(parts, "", sets)


def words_of(text: str) -> set[str]:
    """The plain words in forms, sets and slots left out."""
    return {part for part in _PART.findall(text) if part.isalnum()}


def _choice(parts: Iterator[str], closing: str, sets: Mapping[str, str]) -> _Piece:
    options, now = [], _EMPTY
    for part in parts:
        if part == closing:
            break
        if part == "|":
            options.append(now)
            now = _EMPTY
        else:
            now = _join(now, _read(part, parts, sets))
    else:
        if closing:
            raise ValueError(f"a form lacks its {closing!r}")
    options.append(now)
    pattern = options[0].pattern if len(options) == 1 else "|".join(o.pattern for o in options)
    firsts = frozenset().union(*(option.firsts for option in options))
    return _Piece(pattern, firsts, any(option.optional for option in options))


def _join(left: _Piece, right: _Piece) -> _Piece:
    firsts = left.firsts | right.firsts if left.optional else left.firsts
    return _Piece(left.pattern + right.pattern, firsts, left.optional and right.optional)


def _read(part: str, parts: Iterator[str], sets: Mapping[str, str]) -> _Piece:
    if part in _CLOSING:
        inner = _choice(parts, _CLOSING[part], sets)
        missing = part == "["
        pattern = f"(?:{inner.pattern}){'?' * missing}"
        return _Piece(pattern, inner.firsts, missing or inner.optional)
    if part.startswith("<"):
        inner = parse(sets[part[1:-1]], sets)
        return inner._replace(pattern=f"(?:{inner.pattern})")
    if part in _SLOTS:
        return _Piece(f"[{_SLOTS[part]}] ", frozenset(_SLOTS[part]), optional=False)
    if part == "{ANY}":
        return _Piece("[^ ]+ ", frozenset(), optional=False)
    return _border(part, sets) or _Piece(f"{part} ", frozenset({part}), optional=False)


def _border(part: str, sets: Mapping[str, str]) -> _Piece | None:
    """What may follow a form, if ``part`` says so."""
    if part == "=.":
        return _EMPTY._replace(pattern=r"\Z")
    if part == "=":
        return _EMPTY._replace(pattern=rf"(?=\Z|{parse(sets['one'], sets).pattern})")
    if part == "+":
        return _EMPTY._replace(pattern=f"(?![^ ]*(?:er|ir|{INFINITIVE}) )")
    if part == "!":
        return _EMPTY._replace(pattern=f"(?!{parse(sets['verb'], sets).pattern})")
    return None
