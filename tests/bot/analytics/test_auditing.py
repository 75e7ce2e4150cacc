from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from bot.analytics.auditing import draw_audits, standings
from bot.store.audits import AUDIT, Audits, Label
from bot.store.autonomy import AutonomyRecords
from bot.store.drift import Counts, Sign, Week, Weeks
from bot.store.fact_tables import audits
from bot.store.tables import feedback, turns
from tests.fakes.labelled import ENTRY, deferred_row, put_turn, turn_row
from tests.fakes.open_store import found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.store.database.database import Database
    from bot.store.store import Store, Transaction

pytestmark = pytest.mark.asyncio
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = timedelta(days=7)
TARGETS = {"answer": 0.075, "route": 0.4, "decline": 0.2}


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


def moment(week: int, number: int) -> datetime:
    return MONDAY + week * WEEK + timedelta(days=1) + number * timedelta(minutes=5)


async def fill(store: Store, weeks: int, a_week: int, action: str = "answer") -> None:
    """So many turns a week from ``MONDAY`` on, evenly."""
    rows = [
        turn_row(moment(week, n), chat=f"c{n % 40}", text=f"question {n}", action=action)
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
    assert (first.text, first.kind, first.entry, len(others)) == ("question 0", "answer", ENTRY, 2)
    label = Label(first.turn, "account:1", AUDIT, "wrong", "entry:tarif")
    assert await store.write(lambda c: Audits(c).put_label(label, MONDAY + 2 * WEEK))
    assert not await store.write(lambda c: Audits(c).put_label(label, MONDAY + 2 * WEEK))
    assert [q.turn for q in await store.write(lambda c: Audits(c).to_judge(10))] == [
        question.turn for question in others
    ]
    answers, routes, declines = await standings(store, TARGETS, "m", MONDAY + 2 * WEEK)
    assert (answers.labels, answers.wrong, answers.missing) == (1, 1, 2)
    assert (routes.labels, declines.labels) == (0, 0)


async def drawn_late(store: Store) -> list[bool]:
    """Of the last four weeks, whether each drawn reply was drawn for the sake of its entry."""
    query = select(audits.c.extra).join_from(audits, turns).where(turns.c.at >= MONDAY + 4 * WEEK)
    return [extra for (extra,) in await found(store, query)]


async def test_a_new_entry_is_drawn_three_times_as_often_and_does_not_weigh_on_the_promise(
    store: Store,
) -> None:
    await fill(store, weeks=8, a_week=300)
    await store.write(lambda t: AutonomyRecords(t).begin(ENTRY, passed=True, at=MONDAY))
    await draw_audits(store, 20, MONDAY + 9 * WEEK)
    extra = await drawn_late(store)
    assert 3 * 80 * 0.7 <= len(extra) <= 3 * 80 * 1.3
    assert 80 * 0.6 <= extra.count(False) <= 80 * 1.4
    plain = select(audits.c.turn_id).where(audits.c.extra.is_(False))
    counted = await store.write(lambda c: Audits(c).all())
    assert len(counted) == len(await found(store, plain))


async def test_after_the_traffic_has_changed_twice_as_much_is_drawn_for_four_weeks(
    store: Store,
) -> None:
    await fill(store, weeks=10, a_week=300)
    monday = (MONDAY + 4 * WEEK).date()
    week = Week("m", monday, Counts(), (Sign("strange", 0.1, 0.9, 1e-9),))
    await store.write(lambda t: Weeks(t).put(week))
    await draw_audits(store, 20, MONDAY + 11 * WEEK)
    rows = await found(store, select(turns.c.at).join_from(audits, turns))
    late = [at for (at,) in rows if MONDAY + 5 * WEEK <= at < MONDAY + 9 * WEEK]
    assert 160 * 0.7 <= len(late) <= 160 * 1.3
    after = [at for (at,) in rows if at >= MONDAY + 9 * WEEK]
    assert len(after) <= 35


async def test_a_choice_of_what_was_asked_first_is_drawn_with_its_entry_and_judged_before_the_rest(
    store: Store,
) -> None:
    await fill(store, weeks=1, a_week=2)
    await store.write(lambda t: AutonomyRecords(t).lower(ENTRY, "demande", moment(0, 9), "a"))

    async def work(transaction: Transaction) -> None:
        for about in (f"entry:{ENTRY}", "entry:autre", f"entry:{ENTRY}"):
            turn = await put_turn(transaction, deferred_row(moment(0, 50)))
            press = {"at": moment(0, 51), "turn_id": turn, "kind": "choice", "value": ""}
            for _ in range(2):
                await transaction.execute(insert(feedback).values(**press, about=about))

    await store.write(work)
    await draw_audits(store, 20, MONDAY + 2 * WEEK)
    waiting = await store.write(lambda c: Audits(c).to_judge(10))
    assert [(q.kind, q.entry) for q in waiting][:2] == [("chosen", ENTRY)] * 2
    assert len(waiting) == 4
    assert len(await store.write(lambda c: Audits(c).all())) == 2, "the promise is on answers"
