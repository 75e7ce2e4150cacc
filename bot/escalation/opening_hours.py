"""When a desk is open, and times of work: added to a moment, and counted between two.

Spans are read on the clock of Paris and reckoned in UTC, so that a change of the clocks makes an
hour more or less of work where it falls into a span. Public holidays come from the library
``holidays``, which is loaded when the first desk keeps some: it takes a sixth of a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.conversation.replies.dates import screen_zone
from kb.opening import WHOLE_DAY, Duration, parse_hours, parse_period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.entries import Desk
    from kb.opening import Period, Week

FAR = 800
"""Days that are looked ahead: no desk is closed for longer."""

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_SUBDIVISIONS: dict[str, str | None] = {
    "metropole": None,
    # Alsace is 6AE and Moselle 57 in ISO 3166-2; both have the same two days more.
    "alsace-moselle": "57",
    # The overseas departments go by their numbers there: their letters (GP, GF ...) are refused.
    "guadeloupe": "971",
    "martinique": "972",
    "guyane": "973",
    "reunion": "974",
    "mayotte": "976",
}
NONE = "aucun"


class Opening(NamedTuple):
    """A span of opening, in UTC; the end is not included."""

    start: datetime
    end: datetime


class NeverOpenError(ValueError):
    """A desk is not open within ``FAR`` days, so that no moment can be named."""


@lru_cache(maxsize=256)
def public_holidays(calendar: str, year: int) -> frozenset[date]:
    """The public holidays of a year, from the law as the library ``holidays`` has it."""
    if calendar in {"", NONE}:
        return frozenset()
    from holidays import country_holidays  # noqa: PLC0415 - takes a sixth of a second

    return frozenset(country_holidays("FR", subdiv=_SUBDIVISIONS[calendar], years=year))


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a desk is open; one without hours is always open.

    Attributes:
        week: the spans of each day; empty: always open.
        calendar: whose public holidays are kept; empty: nobody's.
        closed: days on which it is closed besides.
    """

    week: Week = ()
    calendar: str = ""
    closed: tuple[Period, ...] = ()

    @staticmethod
    def of(desk: Desk) -> OpeningHours:
        """The hours that a desk's file says."""
        week = parse_hours(dict(desk.hours)) if desk.hours else ()
        return OpeningHours(week, desk.holidays, tuple(map(parse_period, desk.closed)))

    @property
    def is_known(self) -> bool:
        """Whether the desk says its hours."""
        return bool(self.week)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at a moment."""
        return self.next_open(at) == at

    def next_open(self, at: datetime) -> datetime:
        """The first moment not before ``at`` at which somebody is there.

        Raises:
            NeverOpenError: there is none.
        """
        return max(at, next(self._from(at)).start)

    def add(self, at: datetime, time_of_work: Duration) -> datetime:
        """The moment when so much work has been done from ``at`` on; never outside of the hours.

        Opening days come first: each goes to the same time of the next day of opening, or to the
        first moment of opening after it.

        Raises:
            NeverOpenError: there is none.
        """
        moment = self.next_open(at)
        for _ in range(time_of_work.days):
            moment = self._same_time_on_next_day(moment)
        return self._add_minutes(moment, time_of_work.minutes * _MINUTE)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The time of work between two moments; zero when ``end`` is not later."""
        total = timedelta()
        if start >= end:
            return total
        for opening in self._from(start, until=end):
            total += min(opening.end, end) - max(opening.start, start)
        return total

    def _add_minutes(self, at: datetime, left: timedelta) -> datetime:
        for opening in self._from(at):
            start = max(at, opening.start)
            if left < opening.end - start:
                return start + left
            left -= opening.end - start
        raise NeverOpenError

    def _same_time_on_next_day(self, at: datetime) -> datetime:
        local = at.astimezone(screen_zone())
        day = local.date()
        for _ in range(FAR):
            day += _DAY
            if not self.is_known or self._openings_on(day):
                same = datetime.combine(day, local.time(), screen_zone())
                return self.next_open(same.astimezone(UTC))
        raise NeverOpenError

    def _from(self, at: datetime, until: datetime | None = None) -> Iterator[Opening]:
        """The spans that end after ``at``, in order, as far as ``until``."""
        first = at.astimezone(screen_zone()).date() - _DAY
        days = FAR if until is None else (until - at).days + 4
        for number in range(days):
            for opening in self._openings_on(first + number * _DAY):
                if opening.end > at and (until is None or opening.start < until):
                    yield opening
        if until is None:
            raise NeverOpenError("the desk is never open: see hours and closed of its file")

    def _openings_on(self, day: date) -> list[Opening]:
        if not self.is_known:
            return [Opening(_at(day, 0), _at(day, WHOLE_DAY))]
        if self._is_closed(day):
            return []
        found: list[Opening] = []
        for span in self.week[day.weekday()]:
            opening = Opening(_at(day, span.start), _at(day, span.end))
            # Where the clocks go forward, a span may begin after its end, or within the one before.
            start = max(opening.start, found[-1].end) if found else opening.start
            if start < opening.end:
                found.append(Opening(start, opening.end))
        return found

    def _is_closed(self, day: date) -> bool:
        if any(period.first <= day <= period.last for period in self.closed):
            return True
        return day in public_holidays(self.calendar, day.year)


def _at(day: date, minute: int) -> datetime:
    """A minute of a day on the clock of Paris, in UTC; what the clocks skip comes an hour later."""
    if minute == WHOLE_DAY:
        day, minute = day + _DAY, 0
    local: Any = datetime.combine(day, time(minute // 60, minute % 60), screen_zone())
    return local.astimezone(UTC)  # type: ignore[no-any-return]
