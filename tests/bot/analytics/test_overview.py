from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.analytics.overview import overview, resolved_of, start_of_day
from bot.store.facts import Facts
from bot.store.figures import Cohort
from tests.bot.analytics.stories import Story
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.analytics.overview import Overview
    from bot.store.database.database import Database
    from bot.store.store import Store

NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def seen(store: Store, moments: list[datetime], first: date, last: date) -> Overview:
    """The overview of a period, when one question was answered at each of these moments."""
    for number, moment in enumerate(moments, 1):
        story = Story(f"c{number}", now=moment - timedelta(minutes=1)).asks("answer", "a")
        story.turns[0] = story.turns[0]._replace(id=number)
        made = story.episodes()
        await store.write(lambda c, n=number, m=made: Facts(c).put_episodes("web", [f"c{n}"], m))
    cohort = Cohort(start_of_day(first), start_of_day(last + timedelta(days=1)), NOW)
    return await store.reader.run(lambda transaction: overview(transaction, cohort))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "day",
    [date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 31), date(2024, 2, 29)],
    ids=["spring", "autumn", "new year", "leap day"],
)
async def test_each_conversation_is_on_its_day_of_paris_and_on_no_other(
    store: Store, day: date
) -> None:
    begin, end = start_of_day(day), start_of_day(day + timedelta(days=1))
    first, last = begin.astimezone(UTC), end.astimezone(UTC) - timedelta(seconds=1)
    moments = [first - timedelta(seconds=1), first, last, last + timedelta(seconds=1)]
    found = await seen(store, moments, day - timedelta(days=1), day + timedelta(days=1))
    assert [counts.total() for counts in found.days.values()] == [1, 2, 1]
    assert found.totals == (4, 4, 4)
    assert sum(found.hours) == 4
    assert found.hours[0] == 2


@pytest.mark.asyncio
async def test_a_period_without_conversations_has_all_its_days_and_classes(store: Store) -> None:
    found = await seen(store, [], date(2026, 5, 1), date(2026, 5, 3))
    assert [counts.total() for counts in found.days.values()] == [0, 0, 0]
    assert set(found.outcomes.values()) == {0}
    assert found.totals == (0, 0, 0)
    assert found.resolved.confirmed.is_few


def test_resolved_lies_between_what_was_confirmed_and_what_was_left_unsaid() -> None:
    counts = Counter(
        {"confirmé": 30, "supposé": 20, "refusé": 10, "transmis": 40, "hors sujet": 99}
    )
    found = resolved_of(counts | Counter({"trop tôt": 50}))
    assert (found.confirmed.found, found.confirmed.number) == (30, 100)
    assert (found.supposed.found, found.supposed.number) == (50, 100)
    low, high = found.confirmed.bounds
    assert low < found.confirmed.value < high


@pytest.mark.asyncio
async def test_all_classes_together_are_all_conversations(store: Store) -> None:
    moments = [datetime(2026, 5, 1, hour, tzinfo=UTC) for hour in range(0, 24, 5)]
    found = await seen(store, moments, date(2026, 5, 1), date(2026, 5, 1))
    assert sum(found.outcomes.values()) == found.totals.episodes == len(moments)
