"""Which direct replies are drawn for an audit: at random, and the same on every replica."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.conversation.replies.dates import screen_zone

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def rate_of_week(moments: Iterable[datetime], monday: datetime, wanted: int) -> float:
    """The rate of the week that begins on ``monday``, in [0, 1].

    It is fixed by the four weeks before, so that nothing of the week itself can move it.

    Args:
        moments: of the direct replies; those outside the four weeks are passed over.
        monday: when the week begins, as :func:`monday_of` gives it.
        wanted: how many are to be drawn a week.
    """
    zone = screen_zone()
    first = (monday.astimezone(zone).replace(tzinfo=None) - WEEKS_LOOKED_AT * WEEK).replace(
        tzinfo=zone
    )
    number = sum(first <= at < monday for at in moments)
    return min(1.0, wanted * WEEKS_LOOKED_AT / number) if number else 1.0
