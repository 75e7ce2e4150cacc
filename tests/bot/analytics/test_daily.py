from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import insert

from bot.analytics.daily import OTHERS, count_days
from bot.store.daily import read_counts
from bot.store.fact_tables import episodes
from bot.store.keeping import Periods
from bot.store.person import forget_chat
from bot.store.purging import purge
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.store.daily import DayCount
    from bot.store.database.database import Database
    from bot.store.store import Store

pytestmark = pytest.mark.asyncio
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=10)


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def add(store: Store, number: int, entry: str, at: datetime = NOON) -> None:
    chat = store.pseudonym.of("web", entry)
    rows = [
        {
            "id": zlib.crc32(f"{entry} {at} {n}".encode()) % 2**30,
            "channel": "web",
            "chat": chat,
            "turns": 1,
            "started_at": at,
            "last_at": at,
            "action": "answer",
            "entry": entry,
            "shown": "answer",
        }
        for n in range(number)
    ]
    await store.write(lambda c: c.execute(insert(episodes), rows))


async def counts(store: Store) -> list[DayCount]:
    return await store.reader.run(read_counts)


async def test_a_day_is_counted_once_it_is_settled_and_small_counts_are_added_up(
    store: Store,
) -> None:
    await add(store, 6, "velo")
    await add(store, 3, "frein")
    await add(store, 1, "selle")
    assert await count_days(store, NOON + timedelta(days=8)) == 0
    assert await count_days(store, LATER) == 2
    found = {(count.what, count.name): count.number for count in await counts(store)}
    assert found == {
        ("outcome", "supposé"): 10,
        ("action", "answer"): 10,
        ("entry", "velo"): 6,
        ("entry", OTHERS): 4,
    }
    assert await count_days(store, LATER) == 0


async def test_counts_survive_erasure_and_purge(store: Store) -> None:
    await add(store, 6, "velo")
    await count_days(store, LATER)
    before = await counts(store)
    await store.write(lambda c: forget_chat(c, store.pseudonym.of("web", "velo")))
    await store.write(lambda c: purge(c, NOON + timedelta(days=500), Periods(90, 395, 30)))
    assert await counts(store) == before
    assert before


async def test_a_day_is_one_of_paris_on_both_days_of_the_clock(store: Store) -> None:
    for at in (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)):
        await add(store, 5, f"velo-{at:%m}", at)
    await count_days(store, datetime(2027, 1, 1, tzinfo=UTC))
    days = {count.day.isoformat() for count in await counts(store)}
    assert days == {"2026-03-29", "2026-10-25"}
