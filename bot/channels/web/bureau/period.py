"""Which period and channel a page shows: from its address, with four weeks as the default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.analytics.overview import start_of_day
from bot.conversation.replies.dates import screen_zone
from bot.store.figures import Cohort

if TYPE_CHECKING:
    from starlette.requests import Request

DAYS = 28
LONGEST = 800
"""Days of a period at most: what is older was purged."""

CHANNELS = ("web", "telegram", "terminal")


@dataclass(frozen=True, slots=True)
class Period:
    """A period in days of Paris, both named ones included, and a channel.

    Attributes:
        first: its first day; ``last``: its last day.
        channel: one of ``CHANNELS``; empty: all of them.
    """

    first: date
    last: date
    channel: str = ""

    def cohort(self, now: datetime | None = None) -> Cohort:
        """The episodes that began in it."""
        until = start_of_day(self.last + timedelta(days=1))
        return Cohort(start_of_day(self.first), until, now or datetime.now(UTC), self.channel)


def period_of(request: Request, today: date | None = None) -> Period:
    """The period that an address names; what it names badly is taken as not named."""
    today = today or datetime.now(screen_zone()).date()
    last = min(_day(request.query_params.get("jusqu")) or today, today)
    first = _day(request.query_params.get("depuis")) or last - timedelta(days=DAYS - 1)
    first = max(min(first, last), last - timedelta(days=LONGEST))
    channel = request.query_params.get("canal", "")
    return Period(first, last, channel if channel in CHANNELS else "")


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given or "")
    except ValueError:
        return None
