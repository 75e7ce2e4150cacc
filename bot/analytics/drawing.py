"""Which direct replies are drawn for an audit: at random, and the same on every replica."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from bot.conversation.replies.dates import screen_zone

WEEK = timedelta(days=7)
WEEKS_LOOKED_AT = 4
_BITS = 64


def is_drawn(key: bytes, turn: int, rate: float) -> bool:
    """Whether a turn is drawn at a rate in [0, 1]; nobody without the key can foresee it."""
    digest: bytes = hmac.new(key, f"audit:{turn}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[: _BITS // 8], "big")
    return bool(number < rate * 2**_BITS)


def monday_of(at: datetime) -> datetime:
    """The last Monday, 0:00 in Paris, at or before a moment."""
    there = at.astimezone(screen_zone())
    day = there.date() - timedelta(days=there.weekday())
    return datetime(day.year, day.month, day.day, tzinfo=screen_zone())


def weeks_before(monday: datetime) -> tuple[datetime, datetime]:
    """The four weeks before a Monday: their first moment, and the first after them."""
    there = monday.astimezone(screen_zone()).replace(tzinfo=None) - WEEKS_LOOKED_AT * WEEK
    return there.replace(tzinfo=screen_zone()), monday


def rate_of_week(number: int, wanted: float) -> float:
    """The rate of a week, in [0, 1], fixed by the four weeks before: the week cannot move it.

    Args:
        number: of direct replies of the kind in these four weeks.
        wanted: how many are to be drawn a week.
    """
    return min(1.0, wanted * WEEKS_LOOKED_AT / number) if number else 1.0
