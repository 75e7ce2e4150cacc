"""When the asker may expect an answer: as the desk says, or as it does, whichever is later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.escalation.opening_hours import OpeningHours
from kb.opening import Duration, parse_duration

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.escalation.ports import FirstReply
    from kb.entries import Desk

MEASURED = timedelta(days=60)
"""Over how long first replies are looked at."""

LEAST = 20
"""First replies below which nothing is concluded from them."""

SHARE = 80
"""Per cent of the first replies that were as fast: what is promised is mostly kept."""

_MINUTE = timedelta(minutes=1)


def expected_moment(desk: Desk, replies: Sequence[FirstReply], at: datetime) -> datetime | None:
    """When a desk will have answered what is asked at a moment; None: it says nothing of it.

    Args:
        desk: with its hours and ``reply_within``.
        replies: its first replies over ``MEASURED``.
        at: when it is asked.

    Raises:
        NeverOpenError: the desk is closed for years.
    """
    hours = OpeningHours.of(desk)
    said = [parse_duration(desk.reply_within)] if desk.reply_within else []
    times = [*said, *_measure(hours, replies)]
    return max((hours.add(at, found) for found in times), default=None)


def _measure(hours: OpeningHours, replies: Sequence[FirstReply]) -> list[Duration]:
    """The time of work within which ``SHARE`` per cent of the first replies came, if known.

    The smallest value that so many do not exceed (the nearest rank).
    """
    if len(replies) < LEAST:
        return []
    times = sorted(hours.between(*reply) for reply in replies)
    rank = -(-SHARE * len(times) // 100)
    return [Duration(0, -(-times[rank - 1] // _MINUTE))]
