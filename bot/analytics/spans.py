"""Gathers the days of a long period into weeks or months, so that a picture of it can be read."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bot.store.outcomes import Outcome

Grain: TypeAlias = Literal["day", "week", "month"]

MOST_DAYS, MOST_WEEKS = 45, 60
"""More than so many bars are no picture any more."""


class Spans(NamedTuple):
    """The counts of a period.

    Attributes:
        grain: what each of the spans is.
        counts: first day of the span that lies in the period -> what began in it, by class.
    """

    grain: Grain
    counts: dict[date, Counter[Outcome]]


def gather_days(days: Mapping[date, Counter[Outcome]]) -> Spans:
    """The counts of single days in order, by day, week (from Monday on) or month."""
    number = len(days)
    if number <= MOST_DAYS:
        return Spans("day", dict(days))
    grain: Grain = "week" if number <= 7 * MOST_WEEKS else "month"
    first = min(days)
    found: dict[date, Counter[Outcome]] = {}
    for day, counts in days.items():
        begun = day - timedelta(days=day.weekday()) if grain == "week" else day.replace(day=1)
        found.setdefault(max(begun, first), Counter()).update(counts)
    return Spans(grain, found)
