"""Moments as a person reads them: stored in UTC, told in the time of Paris."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from datetime import datetime

SCREEN_ZONE = "Europe/Paris"


def screen_zone() -> tzinfo:
    """The time zone of everything that is shown."""
    try:
        return ZoneInfo(SCREEN_ZONE)
    except ZoneInfoNotFoundError:
        # A slim container has no time zones.
        return UTC


def day(at: datetime) -> str:
    """A day, such as ``24/11/2026``."""
    return f"{at.astimezone(screen_zone()):%d/%m/%Y}"


_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)


def year_and_month(written: str) -> str:
    """A year or a month in words: ``2025`` or ``mars 2025`` for ``2025`` or ``2025-03``."""
    year, _, number = written.partition("-")
    return f"{_MONTHS[int(number) - 1]}\u00a0{year}" if number else year


def moment(at: datetime) -> str:
    """A day and its time, such as ``24/11/2026 à 23:36``."""
    return f"{at.astimezone(screen_zone()):%d/%m/%Y à %H:%M}"


_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def spoken_moment(at: datetime | None) -> str:
    """A moment in words, such as ``mardi 1er décembre à 9 h 05``; empty for none."""
    if at is None:
        return ""
    local = at.astimezone(screen_zone())
    number = "1er" if local.day == 1 else str(local.day)
    day = f"{_DAYS[local.weekday()]} {number}\u00a0{_MONTHS[local.month - 1]}"
    minutes = f"\u00a0{local:%M}" if local.minute else ""
    return f"{day} à {local.hour}\u00a0h{minutes}"
