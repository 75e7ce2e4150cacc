from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.analytics.spans import gather_days

if TYPE_CHECKING:
    from bot.store.outcomes import Outcome

FIRST = date(2026, 10, 1)
"""A Thursday."""


def days(number: int) -> dict[date, Counter[Outcome]]:
    """One conversation a day."""
    return {FIRST + timedelta(days=day): Counter({"confirmé": 1}) for day in range(number)}


@pytest.mark.parametrize(
    ("number", "grain", "begun"),
    [
        (28, "day", [FIRST, date(2026, 10, 2)]),
        (46, "week", [FIRST, date(2026, 10, 5)]),
        (500, "month", [FIRST, date(2026, 11, 1)]),
    ],
)
def test_a_long_period_is_told_in_weeks_or_months_and_loses_nothing(
    number: int, grain: str, begun: list[date]
) -> None:
    found = gather_days(days(number))
    assert found.grain == grain
    assert list(found.counts)[:2] == begun
    assert sum(counts.total() for counts in found.counts.values()) == number


def test_the_first_week_and_month_begin_with_the_period() -> None:
    (first, *_) = gather_days(days(46)).counts.values()
    assert first.total() == 4  # Thursday to Sunday


def test_nothing_is_gathered_of_nothing() -> None:
    assert gather_days({}) == ("day", {})
