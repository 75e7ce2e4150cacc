"""Digits that stand together, as groups, and the stretches of them that may be numbers."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from bot.scrubbing.kinds import Number
from bot.scrubbing.view import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUN = re.compile(rf"\d++(?:(?:[ .\-/_():,;|'*\\=\n]{{1,3}}|{KEY}{{1,16}})\d++)*+")
_DIGITS = re.compile(r"\d+")
_NO_DIGIT = re.compile(r"\D+")
# What may part two numbers; the others part digits of one, and only if all of its gaps are alike.
_LOOSE = re.compile(r"[ (),/;|\n]")
_UNEASY = re.compile(r"[:,_;|'*\\=]")
# Between them, a number is a group of its own.
_SIGNS = frozenset(":=_")
_SHORTEST, _MOST_DIGITS, _MOST_GROUPS, _MOST_SINGLE = 6, 25, 9, 19
_PLUS = re.compile(r"(?<![\w+])\+ ?\(?$|\(\+$|(?<=tel)\+$", re.IGNORECASE)
# "0612345678merci", but no hexadecimal number
_WORD_BEHIND = re.compile(r"(?=[^\W\d_]*[g-zG-Zà-ÿ])[^\W\d_]{3}")
_HEX_BEHIND = re.compile(r"[-:_][0-9A-Fa-f]{2}(?![^\W_])|[-_]\w")
_AROUND = "([«\"':;>^|,/*_"
_JOINS = "-_=@+%"

CLEAN, FILED, GLUED = range(3)
"""What stands before a run: nothing of a word; a part of a name or a serial; a word's letter."""


class Window(NamedTuple):
    """A stretch of whole groups: which is its last, and its digits."""

    to: int
    number: Number


class Run:
    """Digits that stand together.

    Args:
        view: the text they stand in, as ``plain_view`` returns it.
        start: where they begin.
        end: where they end.
    """

    def __init__(self, view: str, start: int, end: int) -> None:
        self.view = view
        self.groups = [match.span() for match in _DIGITS.finditer(view, start, end)]
        self.start, self.last = start, len(self.groups) - 1
        self.gaps = [view[a[1] : b[0]] for a, b in pairwise(self.groups)]
        self._loose = [bool(_LOOSE.search(gap)) for gap in self.gaps]
        self._uneasy = [bool(_UNEASY.search(gap)) for gap in self.gaps]

    def first(self, at: int) -> int:
        """Where the number begins whose first group is ``at``: a plus belongs to it."""
        start = self.groups[at][0]
        plus = _PLUS.search(self.view, max(0, start - 4), start)
        return plus.start() if plus else start

    def gap(self, at: int) -> str:
        """The characters between a group of digits and the next."""
        return self.gaps[at]

    def size(self, at: int) -> int:
        """How many digits a group has."""
        start, end = self.groups[at]
        return end - start

    def picture(self, at: int, to: int) -> str:
        """The groups from ``at`` to ``to``, parted by blanks."""
        return " ".join(self.view[slice(*group)] for group in self.groups[at : to + 1])

    def may_start(self, at: int) -> bool:
        """Whether a number may begin with a group, rather than go on with it."""
        return at == 0 or self._loose[at - 1] or self._after_sign(at)

    def _after_sign(self, at: int) -> bool:
        return at > 0 and self.gap(at - 1) in _SIGNS

    def abroad(self, at: int) -> bool:
        """Whether a plus or two zeros stand before a country's code."""
        if self.first(at) < self.groups[at][0]:
            return True
        clean = at > 0 or self.left_border() == CLEAN
        return clean and self.view.startswith("00", self.groups[at][0])

    def windows(self, at: int) -> list[Window]:
        """Every stretch of groups from ``at`` on that may be a number, the longest first."""
        if at and self.size(at) == self.size(at - 1) == 1:
            return []
        most = _MOST_SINGLE if self.size(at) == 1 else _MOST_GROUPS
        if self._after_sign(at):
            most = 1
        digits, cuts, found = "", set[int](), []
        for to in range(at, min(self.last + 1, at + most)):
            if to > at:
                cuts.add(len(digits))
            digits += self.view[slice(*self.groups[to])]
            if len(digits) > _MOST_DIGITS:
                break
            if len(digits) >= _SHORTEST and self._may_end(at, to):
                whole = at == 0 and to == self.last
                number = Number(digits, frozenset(cuts), whole, self._bare(at, to))
                found.append(Window(to, number))
        return found[::-1]

    def _may_end(self, at: int, to: int) -> bool:
        if to < self.last and not self._loose[to] and not self._another(at, to):
            return False
        gaps = self.gaps[at:to]
        whole = at == 0 and to == self.last
        if any(self._uneasy[at:to]):
            return whole and len(set(gaps)) == 1
        lines = sum("\n" in gap for gap in gaps)
        return not lines or (whole and lines == 1 < len(gaps))

    def _another(self, at: int, to: int) -> bool:
        """Whether another sign parts what is behind than parts the groups themselves."""
        if at == to:
            return self.gap(to) in _SIGNS
        return {self.gap(to)}.isdisjoint(self.gaps[at:to]) and len(set(self.gaps[at:to])) == 1

    def _bare(self, at: int, to: int) -> bool:
        start, end = self.groups[at][0], self.groups[to][1]
        before, behind = self.view[max(0, start - 1) : start], self.view[end : end + 1]
        if before and not before.isspace() and before not in _AROUND:
            return False
        return not behind or behind not in _JOINS

    def left_border(self) -> int:
        """``CLEAN``, ``FILED`` or ``GLUED``."""
        before, ahead = self.view[self.start - 1 : self.start], self.view[: self.start - 1][-1:]
        if before.isalpha():
            return GLUED
        in_word = ahead.isalnum() or ahead == "_"
        return FILED if before == "_" or (before in "-/." and before and in_word) else CLEAN

    def right_clean(self) -> bool:
        """Whether neither a word nor a hexadecimal number goes on behind."""
        end = self.groups[-1][1]
        behind = self.view[end : end + 1]
        if behind.isalpha():
            return bool(_WORD_BEHIND.match(self.view, end))
        return not _HEX_BEHIND.match(self.view, end)


def runs(view: str) -> Iterator[Run]:
    """All of a text's digits that are long enough to be somebody's."""
    for found in _RUN.finditer(view):
        if len(_NO_DIGIT.sub("", found[0])) >= _SHORTEST:
            yield Run(view, found.start(), found.end())
