"""How numbers, shares and moments are written in the bureau: as French writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.replies.dates import screen_zone

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.analytics.overview import Share

NBSP, THIN = "\u00a0", "\u202f"


def number(value: float) -> str:
    """A number as French writes it: ``12 345`` or ``3,5``."""
    if isinstance(value, int):
        return f"{value:,}".replace(",", THIN)
    return f"{value:,.1f}".replace(",", THIN).replace(".", ",")


def percent(value: float) -> str:
    """A share in [0, 1] as a percentage: ``12,5 %``."""
    return f"{value * 100:.1f}{NBSP}%".replace(".", ",")


def share(found: Share) -> str:
    """A share with its bounds, or that there are too few to say; a dash for one of nothing."""
    if not found.number:
        return "–"
    counts = f"{number(found.found)} sur {number(found.number)}"
    if found.is_few:
        return f"{counts} (trop peu pour un pourcentage)"
    low, high = found.bounds
    return f"{percent(found.value)} (de {percent(low)} à {percent(high)}\u00a0; {counts})"


def day(value: date) -> str:
    """A day: ``24/11/2026``."""
    return f"{value:%d/%m/%Y}"


def span(grain: str, first: date) -> str:
    """A day or the first one of a week, ``24/11``; a month, ``11/2026``."""
    return f"{first:%m/%Y}" if grain == "month" else f"{first:%d/%m}"


def moment(value: datetime) -> str:
    """A moment in Paris: ``24/11/2026 09:30``."""
    return f"{value.astimezone(screen_zone()):%d/%m/%Y %H:%M}"


def hours(value: float | None) -> str:
    """A time of work in hours: ``3,5 h``; a dash for none."""
    return "–" if value is None else f"{number(float(value))}{NBSP}h"
