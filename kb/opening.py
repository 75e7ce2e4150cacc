"""When a desk is open and how fast it answers, as its file says it: read, and checked in French."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, get_args

from kb.entries import HolidayCalendar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DAYS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
WHOLE_DAY = 24 * 60
HOLIDAYS: tuple[str, ...] = get_args(HolidayCalendar)
MAX_STEPS = 10
"""Reminders of one desk, at most."""

_SPAN = re.compile(r"(\d{1,2})[:hH](\d{2})?\s*[-–]\s*(\d{1,2})[:hH](\d{2})?")
_DURATION = re.compile(r"(\d{1,4})\s*(min|h|j)")
_PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2})(?:/(\d{4}-\d{2}-\d{2}))?")
_MINUTES = {"min": 1, "h": 60}


class Span(NamedTuple):
    """A part of a day in which a desk is open: minutes since midnight, the end not included."""

    start: int
    end: int


Week = tuple[tuple[Span, ...], ...]
"""The spans of each day, Monday first, in order."""


class Duration(NamedTuple):
    """A time in which a desk works: so many opening days, then so many minutes of opening."""

    days: int
    minutes: int


class Period(NamedTuple):
    """Days on which a desk is closed, both included."""

    first: date
    last: date


def parse_hours(written: Mapping[str, str]) -> Week:
    """The week that ``hours`` of a desk's file says, such as ``{lun-jeu: "9:00-12:30"}``.

    Raises:
        ValueError: it says none; the message is French.
    """
    week: list[tuple[Span, ...]] = [()] * len(DAYS)
    for days, spans in written.items():
        for number in _days(days):
            if week[number]:
                raise ValueError(f"le jour « {DAYS[number]} » est écrit deux fois.")
            week[number] = _spans(spans)
    return tuple(week)


def _days(written: str) -> range:
    first, _, last = written.strip().lower().partition("-")
    names = [first.strip(), (last or first).strip()]
    if any(name not in DAYS for name in names):
        raise ValueError(f"jour inconnu : « {written} » ; écrivez lun, mar… ou lun-jeu.")
    start, end = map(DAYS.index, names)
    if start > end:
        raise ValueError(f"« {written} » finit avant de commencer ; séparez les jours.")
    return range(start, end + 1)


def _spans(written: str) -> tuple[Span, ...]:
    spans = [_span(part) for part in written.split(",")]
    if any(one.end > other.start for one, other in pairwise(spans)):
        raise ValueError(f"les horaires « {written} » se chevauchent ou ne se suivent pas.")
    return tuple(spans)


def _span(written: str) -> Span:
    found = _SPAN.fullmatch(written.strip())
    if found:
        hours, minutes = (int(found[1]), int(found[3])), (int(found[2] or 0), int(found[4] or 0))
        start, end = (60 * hour + minute for hour, minute in zip(hours, minutes, strict=True))
        if start < end <= WHOLE_DAY and max(minutes) < 60:  # noqa: PLR2004 - of an hour
            return Span(start, end)
    raise ValueError(f"horaire mal formé : « {written.strip()} » ; écrivez 9:00-12:30.")


def parse_duration(written: str) -> Duration:
    """A time of work such as ``90min``, ``8h`` or ``5j`` (opening days).

    Raises:
        ValueError: it is none; the message is French.
    """
    found = _DURATION.fullmatch(written.strip().lower())
    if found is None or int(found[1]) == 0:
        raise ValueError(f"durée mal formée : « {written} » ; écrivez 90min, 8h ou 5j.")
    number = int(found[1])
    return Duration(number, 0) if found[2] == "j" else Duration(0, number * _MINUTES[found[2]])


def parse_steps(written: Sequence[str]) -> tuple[Duration, ...]:
    """The times after which a desk is reminded, each counted from the step before.

    Raises:
        ValueError: one is no duration, or there are too many.
    """
    if len(written) > MAX_STEPS:
        raise ValueError(f"plus de {MAX_STEPS} rappels ; gardez-en {MAX_STEPS} au plus.")
    return tuple(map(parse_duration, written))


def parse_period(written: str) -> Period:
    """Days such as ``2026-12-24/2027-01-02``, or one day.

    Raises:
        ValueError: it is none; the message is French.
    """
    found = _PERIOD.fullmatch(written.strip())
    period = _period(found[1], found[2] or found[1]) if found else None
    if period is None:
        raise ValueError(
            f"période mal formée : « {written} » ; écrivez 2026-12-24/2027-01-02, ou un jour."
        )
    return period


def _period(first: str, last: str) -> Period | None:
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return period if period.first <= period.last else None
