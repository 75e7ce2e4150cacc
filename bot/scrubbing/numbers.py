"""Finds the numbers that identify somebody among the digits of a text.

Digits that stand together, whatever parts them, are read as groups; every stretch of whole groups
is asked what it is: by the words near it, by its key, by its shape.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.scrubbing.cues import Cues, Kind
from bot.scrubbing.kinds import (
    BY_LENGTH,
    PHONE,
    has_slipped_length,
    international,
    is_sure,
    label_for_wrong_key,
)
from bot.scrubbing.patterns import TECHNICAL
from bot.scrubbing.runs import CLEAN, FILED, GLUED, runs
from bot.scrubbing.spans import Span
from bot.scrubbing.view import plain_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.scrubbing.kinds import Number
    from bot.scrubbing.runs import Run, Window

_UNIT = re.compile(
    r" ?(?:[€%$]|(?:octets?|[kmgt]o|[kmgt]?b|bytes|ms|euros?|lignes?|messages?|documents?|dossiers?"
    r"|requ[êe]tes?|appels?|enregistrements?|patients|utilisateurs|fichiers?)\b)",
    re.IGNORECASE,
)
# It would pass for an OID.
_DOTTED_NIR = re.compile(r"[12](?:\.\d\d){3}(?:\.\d{3}){2}(?:\.\d\d)?")
_PHONE_LENGTH, _PHONE_GROUPS, _MOST_COUNTED = 10, 5, 9
_ZEROS, _MINUS = "00", " -"
_BESIDE = Kind("[identifiant]", frozenset(range(9, 16)))
_MOST_READ = 60
"""Groups of one run that are weighed; nobody writes so many, and each may begin nine numbers."""


def number_spans(text: str) -> list[Span]:
    """The numbers of a text to mask, in their order; technical tokens hold none."""
    view = TECHNICAL.sub(_blank, plain_view(text))
    found = list(runs(view))
    if not found:
        return []
    cues = Cues(view)
    return [span for run in found for span in _Reading(run, cues).spans()]


def _blank(match: re.Match[str]) -> str:
    return match[0] if _DOTTED_NIR.fullmatch(match[0]) else "\0" * len(match[0])


def _exactly(windows: list[Window], kinds: list[Kind]) -> tuple[int, str] | None:
    for kind in kinds:
        for to, number in windows:
            if kind.takes(number.digits):
                return to, kind.label
    return None


def _alike(run: Run, at: int) -> bool:
    """Whether a group and the next are parted and sized as the ones around them are."""
    return run.size(at) == run.size(at + 1) and run.gap(at) in {
        run.gap(other) for other in (at - 1, at + 1) if 0 <= other < run.last
    }


class _Reading:
    """The numbers that the groups of one run of digits make."""

    def __init__(self, run: Run, cues: Cues) -> None:
        self._run = run
        self._cues = cues
        self._told = cues.touches(run.start)
        self._left = run.left_border()
        # The group behind the last number that was found.
        self._after = 0

    def spans(self) -> Iterator[Span]:
        run = self._run
        at, end = 0, min(run.last, _MOST_READ - 1)
        while at <= end:
            windows = self._windows(at)
            taken = (
                self._find_number(at, windows, beside=0 < at == self._after) if windows else None
            )
            if taken is None:
                at += 1
                continue
            to, label = taken
            yield Span(run.first(at), run.groups[to][1], label)
            at = self._after = to + 1
        if at <= run.last:
            # Masked unread, so that a hostile text costs no more than its length.
            yield Span(run.first(at), run.groups[run.last][1], _BESIDE.label)

    def _windows(self, at: int) -> list[Window]:
        """The stretches that may be numbers and count nothing."""
        if not self._run.may_start(at) and not 0 < at == self._after:
            return []
        windows = self._run.windows(at)
        return [window for window in windows if not self._counts(window)]

    def _counts(self, window: Window) -> bool:
        behind = self._run.groups[window.to][1]
        few = len(window.number.digits) <= _MOST_COUNTED
        return few and bool(_UNIT.match(self._run.view, behind))

    def _find_number(
        self, at: int, windows: list[Window], *, beside: bool
    ) -> tuple[int, str] | None:
        """The last group of the number that begins with the group ``at``, and its label."""
        if self._run.abroad(at):
            return self._find_abroad(at, windows)
        kinds = self._kinds(at, windows)
        found = _exactly(windows, kinds) or self._find_by_key(at, windows)
        if not found and beside and self._run.gap(at - 1).strip() == "/":
            # Only a slash parts it from a number that was masked: the same one's other number.
            return _exactly(windows, [_BESIDE])
        return found or self._find_with_wrong_length(windows, kinds)

    def _kinds(self, at: int, windows: list[Window]) -> list[Kind]:
        if at == 0 and self._left != CLEAN and not self._told:
            return []
        groups = self._run.groups
        return self._cues.near(groups[at][0], groups[windows[-1].to][1])

    def _find_by_key(self, at: int, windows: list[Window]) -> tuple[int, str] | None:
        for window in windows:
            tell = BY_LENGTH.get(len(window.number.digits))
            label = tell(window.number) if tell else ""
            if not label and has_slipped_length(window.number):
                label = label_for_wrong_key(window.number, self._run.picture(at, window.to))
            if (
                label
                and self._free(at, window)
                and not (label == PHONE and self._is_list(at, window.to))
            ):
                return window.to, label
        return None

    def _free(self, at: int, window: Window) -> bool:
        """Whether what stands around the run leaves such a number possible."""
        number = window.number
        left = CLEAN if at or (self._told and self._left == GLUED) else self._left
        clean = window.to < self._run.last or self._run.right_clean()
        if is_sure(number):
            return left != GLUED or clean
        if left == GLUED or not clean:
            return False
        return left != FILED or self._names_a_file(number)

    def _names_a_file(self, number: Number) -> bool:
        """A file is named after somebody; a dash is also found in serials."""
        if self._run.view[self._run.start - 1] != "_":
            return False
        return len(number.digits) != _PHONE_LENGTH or number.digits[1] in "67"

    def _is_list(self, at: int, to: int) -> bool:
        """Whether the same kind of groups stands before or behind: a list, or bytes."""
        run = self._run
        if to == at:
            return False
        if at > self._after and _alike(run, at - 1) and self._continues_list(at):
            return True
        # Enough for another telephone
        return 0 < run.last - to < _PHONE_GROUPS and _alike(run, to)

    def _continues_list(self, at: int) -> bool:
        """Whether the group before goes with more of its kind, rather than with an hour."""
        gaps = self._run.gaps
        return gaps[at - 2] == gaps[at - 1] if at > 1 else self._left == CLEAN

    def _find_with_wrong_length(
        self, windows: list[Window], kinds: list[Kind]
    ) -> tuple[int, str] | None:
        """A number that a word announces, with a digit too few or too many."""
        for kind in kinds:
            for to, number in windows:
                ends = to == self._run.last or any(sign in self._run.gap(to) for sign in ",/;\n")
                if ends and kind.takes(number.digits, slip=True):
                    return to, kind.label
        return None

    def _find_abroad(self, at: int, windows: list[Window]) -> tuple[int, str] | None:
        """A number behind a plus, or two zeros: abroad only where no word near says otherwise."""
        phone = self._phone_abroad(at, windows)
        if self._run.first(at) < self._run.groups[at][0]:
            return phone
        told = list(takewhile(lambda kind: kind.label != PHONE, self._kinds(at, windows)))
        named = [kind for kind in told if kind.label != _BESIDE.label]
        return (
            _exactly(windows, named)
            or phone
            or _exactly(windows, told)
            or self._find_with_wrong_length(windows, told)
        )

    def _phone_abroad(self, at: int, windows: list[Window]) -> tuple[int, str] | None:
        plus = self._run.first(at) < self._run.groups[at][0]
        for to, number in windows:
            if any(self._run.gap(each) == _MINUS for each in range(at, to)):
                continue
            digits = number.digits if plus else number.digits.removeprefix(_ZEROS)
            if label := international(digits, plus=plus):
                return to, label
        return None
