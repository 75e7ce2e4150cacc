from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from bot.analytics.auditing import draw_audits, standings
from bot.store.audits import AUDIT, Audits, Label
from bot.store.fact_tables import audits
from bot.store.tables import turns
from tests.fakes.open_store import found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.store.database.database import Database
    from bot.store.store import Store

pytestmark = pytest.mark.asyncio
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = timedelta(days=7)
TARGETS = {"answer": 0.075, "route": 0.4, "decline": 0.2}


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def fill(store: Store, weeks: int, a_week: int, action: str = "answer") -> None:
    """So many turns a week from ``MONDAY`` on, evenly."""
    rows = [
        {
            "at": MONDAY + week * WEEK + timedelta(days=1) + n * timedelta(minutes=5),
            "channel": "web",
            "chat": f"c{n % 40}",
            "text": f"question {n}",
            "action": action,
            "entry": "velo",
            "confidence": 0.9,
            "candidates": [["faq", "velo", 0.9]],
            "model": "m",
            "latency_ms": 1.0,
            "shown": {"kind": "answer"},
        }
        for week in range(weeks)
        for n in range(a_week)
    ]
    await store.write(lambda connection: connection.execute(insert(turns), rows))


async def test_once_there_is_a_past_the_wanted_number_is_drawn(store: Store) -> None:
    await fill(store, weeks=8, a_week=300)
    await draw_audits(store, 20, MONDAY + 9 * WEEK)
    rows = await found(store, select(turns.c.at).join_from(audits, turns))
    late = [at for (at,) in rows if at >= MONDAY + 4 * WEEK]
    assert 4 * 20 * 0.6 <= len(late) <= 4 * 20 * 1.4
    first = [at for (at,) in rows if at < MONDAY + WEEK]
    assert len(first) == 300, "without a past, everything is drawn"


async def test_drawn_again_it_is_the_same(store: Store) -> None:
    await fill(store, weeks=6, a_week=60)
    assert await draw_audits(store, 20, MONDAY + 7 * WEEK) > 0
    before = await found(store, select(audits.c.turn_id).order_by(audits.c.turn_id))
    assert await draw_audits(store, 20, MONDAY + 7 * WEEK) == 0
    assert await found(store, select(audits.c.turn_id).order_by(audits.c.turn_id)) == before


async def test_what_asks_back_is_not_drawn(store: Store) -> None:
    await fill(store, weeks=1, a_week=20, action="clarify")
    assert await draw_audits(store, 20, MONDAY + 2 * WEEK) == 0


async def test_a_judged_reply_is_not_asked_again_and_counts_for_its_promise(store: Store) -> None:
    await fill(store, weeks=1, a_week=3)
    await draw_audits(store, 20, MONDAY + 2 * WEEK)
    first, *others = await store.write(lambda c: Audits(c).to_judge(10))
    assert (first.text, first.kind, first.entry, len(others)) == ("question 0", "answer", "velo", 2)
    label = Label(first.turn, "account:1", AUDIT, "wrong", "entry:tarif")
    assert await store.write(lambda c: Audits(c).put_label(label, MONDAY + 2 * WEEK))
    assert not await store.write(lambda c: Audits(c).put_label(label, MONDAY + 2 * WEEK))
    assert [q.turn for q in await store.write(lambda c: Audits(c).to_judge(10))] == [
        question.turn for question in others
    ]
    answers, routes, declines = await standings(store, TARGETS, "m", MONDAY + 2 * WEEK)
    assert (answers.labels, answers.wrong, answers.missing) == (1, 1, 2)
    assert (routes.labels, declines.labels) == (0, 0)
