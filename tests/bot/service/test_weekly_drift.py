from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import insert

from bot.analytics.drift import WordRead
from bot.service.weekly_drift import note_weeks
from bot.store.drift import Weeks, doubled_weeks
from bot.store.tables import turns
from tests.fakes.labelled import MONDAY, deferred_row, turn_row
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.store.database.database import Database
    from bot.store.drift import Week
    from bot.store.store import Store

pytestmark = pytest.mark.asyncio
WEEK = timedelta(weeks=1)


class Known:
    """A model that knows the words of bicycles."""

    fingerprint = "m"

    async def read_words(self, texts: Sequence[str]) -> list[list[WordRead]]:
        known = {"mon", "vélo", "est", "en", "panne"}
        return [[WordRead(word, word in known) for word in text.split()] for text in texts]


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def fill(store: Store, week: int, text: str, **values: object) -> None:
    """Forty messages of a week, evenly."""
    at = [MONDAY + week * WEEK + n * timedelta(hours=4) for n in range(40)]
    rows = [turn_row(when, text=text, chat=f"c{n}", **values) for n, when in enumerate(at)]
    await store.write(lambda t: t.execute(insert(turns), rows))


async def noted(store: Store, week: int) -> list[Week]:
    """Looked at on the Monday after a week, in the morning."""
    return await note_weeks(store, Known(), MONDAY + (week + 1) * WEEK + timedelta(hours=8))


async def test_a_week_of_other_words_is_flagged_on_the_next_monday_and_more_is_drawn(
    store: Store,
) -> None:
    for week in range(5):
        await fill(store, week, "mon vélo est en panne")
    await fill(store, 5, "ma facture est fausse [nom]")
    quiet = await noted(store, 4)
    assert [bool(week.signs) for week in quiet] == [False] * 5
    (flagged,) = await noted(store, 5)
    assert {sign.what for sign in flagged.signs} == {"strange"}
    words = [(word.word, word.is_known) for word in flagged.words]
    assert words == [("facture", False), ("fausse", False), ("ma", False)]
    doubled = await store.write(doubled_weeks)
    first = flagged.week + WEEK
    assert doubled == {first, first + WEEK, first + 2 * WEEK, first + 3 * WEEK}


async def test_a_week_is_noted_once_by_all_processes_together(store: Store) -> None:
    await fill(store, 0, "mon vélo est en panne")
    found = await asyncio.gather(*(noted(store, 0) for _ in range(3)))
    assert sorted(map(len, found)) == [0, 0, 1]
    assert len(await store.write(lambda t: Weeks(t).of("m"))) == 1
    assert await noted(store, 0) == []


async def test_what_labels_made_of_a_decision_is_no_change_of_the_traffic(store: Store) -> None:
    await fill(store, 0, "mon vélo")
    rows = [deferred_row(MONDAY + WEEK + n * timedelta(hours=1)) for n in range(9)]
    await store.write(lambda t: t.execute(insert(turns), rows))
    weeks = await noted(store, 1)
    assert [week.counts.actions for week in weeks] == [{"answer": 40}, {"answer": 9}]


async def test_the_texts_of_another_model_are_left_out(store: Store) -> None:
    await fill(store, 0, "mon vélo", model="older")
    assert await noted(store, 0) == []
    assert await store.write(lambda t: Weeks(t).last(9)) == []
