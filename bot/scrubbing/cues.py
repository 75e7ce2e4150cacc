"""The words that tell what a number is, whatever its key: before it, or just behind."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache
from typing import NamedTuple

from bot.scrubbing import word_lists
from bot.scrubbing.kinds import TIMESTAMP

_ANY = re.compile("")
_SIRET = "[SIRET]"


class Kind(NamedTuple):
    """A kind of number: its label, its right lengths, those that a slip makes of it, its shape."""

    label: str
    exact: frozenset[int]
    near: frozenset[int] = frozenset()
    shape: re.Pattern[str] = _ANY

    def takes(self, digits: str, *, slip: bool = False) -> bool:
        """Whether digits may be such a number: with a slip in them, or right."""
        if len(digits) not in (self.near if slip else self.exact) or not self.shape.match(digits):
            return False
        return self.label == _SIRET or not TIMESTAMP.fullmatch(digits)


@cache
def _kinds() -> tuple[Kind, ...]:
    return tuple(
        Kind(f"[{cue.label}]", cue.lengths, cue.slips, re.compile(cue.shape))
        for cue in word_lists.cues()
    )


@cache
def _cue() -> re.Pattern[str]:
    # A label that stands there already is no such word; a number may touch its word.
    return re.compile(
        "|".join(
            rf"(?<![^\W_])(?P<k{at}>{'|'.join(cue.words)})(?![^\W\d_])(?!\])"
            for at, cue in enumerate(word_lists.cues())
        ),
        re.IGNORECASE,
    )


_BEFORE, _BEHIND = 80, 16
# Digits, or the label that took them
_OWN_NUMBER = re.compile(r"[\W_]{0,4}(?:\d|(?<=\[)[^\W\d_])")


class Cues:
    """The telling words of one text.

    Args:
        view: the text as ``plain_view`` returns it.
    """

    def __init__(self, view: str) -> None:
        found = list(_cue().finditer(view))
        self._view = view
        self._starts = [match.start() for match in found]
        self._ends = [match.end() for match in found]
        self._kinds = [_kinds()[int((match.lastgroup or "k0")[1:])] for match in found]

    def near(self, start: int, end: int) -> list[Kind]:
        """The kinds that the words before or behind a number name, the nearest first."""
        if not self._starts:
            return []
        last = bisect_right(self._ends, start) - 1
        kinds: list[Kind] = []
        while last >= 0 and start - self._ends[last] <= _BEFORE and len(kinds) < len(_kinds()):
            kinds.append(self._kinds[last])
            last -= 1
        return kinds + self._behind(end)

    def _behind(self, end: int) -> list[Kind]:
        at = bisect_left(self._starts, end)
        if at == len(self._starts) or self._starts[at] - end > _BEHIND:
            return []
        gap = self._view[end : self._starts[at]]
        if "\n" in gap or any(char.isdigit() for char in gap):
            return []
        return [] if _OWN_NUMBER.match(self._view, self._ends[at]) else [self._kinds[at]]

    def touches(self, start: int) -> bool:
        """Whether a telling word ends where a number starts, or one sign before."""
        at = bisect_right(self._ends, start) - 1
        return at >= 0 and start - self._ends[at] <= 1
