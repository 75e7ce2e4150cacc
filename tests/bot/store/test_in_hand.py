"""A chat is in one pair of hands, even while the database or the order of arrival plays up."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, update

from bot.store import StoreError
from bot.store.boxes.inbox import Arrival
from bot.store.tables import inbox, outbox
from tests.fakes.open_store import open_store
from tests.fakes.sick_database import SickDatabase

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.boxes.due import Due
    from bot.store.boxes.outbox import Outbox
    from bot.store.database.database import Database
    from bot.store.store import Store

SOURCE = "telegram:1"
SECOND = timedelta(seconds=1)


async def lapse(store: Store, table: Table) -> None:
    """The holds of all are over, as when nothing could be written for a while."""
    over = update(table).values(lease=datetime.now(UTC) - SECOND)
    await store.write(lambda connection: connection.execute(over))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "note",
    [lambda box, due: box.mark_sent(due, 7), lambda box, due: box.mark_dropped(due, "refused")],
    ids=["sent", "dropped"],
)
async def test_what_cannot_be_noted_is_not_taken_again_when_the_hold_is_over(
    note: Callable[[Outbox, Due], Awaitable[None]], any_database: Database
) -> None:
    database = SickDatabase(any_database)
    async with await open_store(database) as store:
        box = store.outbox(SOURCE)
        await store.write(lambda c: box.put(c, "a", [{"text": "un"}, {"text": "deux"}]))
        ((due, after),) = await box.claim(5)
        with database.refusing(), pytest.raises(StoreError):
            await note(box, due)
        await lapse(store, outbox)
        assert await box.claim(5) == [], "it may have gone out, and is about to be noted"
        await note(box, due)
        await box.leases.give_back([after.id])
        ((next_one,),) = await box.claim(5)
        assert next_one.id == after.id


@pytest.mark.asyncio
async def test_a_hold_that_is_renewed_is_taken_over_by_nobody_and_another_is(
    shared: Database,
) -> None:
    async with await open_store(shared) as alive, await open_store(shared) as other:
        ours, theirs = alive.boxes(SOURCE), other.boxes(SOURCE)
        await ours.inbox.put([Arrival(1, "a", {})])
        await alive.write(lambda c: ours.outbox.put(c, "a", [{"text": "un"}]))
        ((update,),), ((due,),) = await ours.inbox.claim(5), await ours.outbox.claim(5)
        for leases, table in zip(ours.leases, (inbox, outbox), strict=True):
            await lapse(alive, table)
            await leases.renew()
        assert await theirs.inbox.claim(5) == await theirs.outbox.claim(5) == []
        for table in (inbox, outbox):
            await lapse(alive, table)
        ((taken,),), ((sent,),) = await theirs.inbox.claim(5), await theirs.outbox.claim(5)
        assert (taken.id, sent.id) == (update.id, due.id)


@pytest.mark.asyncio
async def test_only_what_is_in_hand_is_renewed(shared: Database) -> None:
    async with await open_store(shared) as alive, await open_store(shared) as other:
        ours, theirs = alive.inbox(SOURCE), other.inbox(SOURCE)
        await ours.put([Arrival(1, "a", {}), Arrival(2, "b", {})])
        (held,), (back,) = await ours.claim(5)
        await ours.leases.give_back([back.id])
        await lapse(alive, inbox)
        await ours.leases.renew()
        ((taken,),) = await theirs.claim(5)
        assert taken.id == back.id != held.id


@pytest.mark.asyncio
async def test_what_was_taken_while_the_line_was_cut_comes_free_when_the_hold_is_over(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await open_store(any_database) as store:
        box = store.inbox(SOURCE)
        await box.put([Arrival(1, "a", {})])
        run = box.leases._writer.run

        async def cut(*given: Any, **more: Any) -> None:  # noqa: ANN401 - as run takes them
            await run(*given, **more)
            raise StoreError("the line was cut behind the commit")

        with monkeypatch.context() as patch:
            patch.setattr(box.leases._writer, "run", cut)
            with pytest.raises(StoreError):
                await box.claim(5)
        await box.leases.renew()
        assert await box.claim(5) == [], "it is held, whoever holds it"
        await lapse(store, inbox)
        await box.leases.renew()
        ((held,),) = await box.claim(5)
        assert held.update_id == 1


@pytest.mark.asyncio
async def test_what_is_settled_with_other_things_stays_in_hand_where_that_is_said(
    any_database: Database,
) -> None:
    database = SickDatabase(any_database)
    async with await open_store(database) as store:
        box = store.inbox(SOURCE)
        await box.put([Arrival(1, "a", {})])
        ((held,),) = await box.claim(5)
        with database.refusing(), pytest.raises(StoreError), box.leases.keep_in_hand(held.id):
            await store.write(lambda connection: box.mark_done(connection, held))
        await lapse(store, inbox)
        assert await box.claim(5) == []
        await store.write(lambda connection: box.mark_done(connection, held))


@pytest.mark.asyncio
async def test_updates_that_become_visible_out_of_order_stay_in_one_pair_of_hands(
    shared: Database,
) -> None:
    async with await open_store(shared) as slow, await open_store(shared) as quick:
        ours, theirs = slow.inbox(SOURCE), quick.inbox(SOURCE)
        numbered, seen, taken, over = (asyncio.Event() for _ in range(4))

        async def late(connection: AsyncConnection) -> None:
            await connection.execute(insert(inbox).values(**_row(1)))
            numbered.set()
            await seen.wait()

        async def lingering(_: AsyncConnection) -> None:
            taken.set()
            await over.wait()

        putting = asyncio.create_task(slow.write(late))
        await numbered.wait()
        await theirs.put([Arrival(2, "a", {})])
        # Both in one transaction, which stays open: the second update is taken, unseen by others.
        taking = asyncio.gather(theirs.claim(5), quick.write(lingering))
        await taken.wait()
        seen.set()
        await putting
        also_taking = asyncio.create_task(ours.claim(5))
        await asyncio.sleep(0.2)  # until it waits for the other's transaction
        over.set()
        (((second,),), _), none = await taking, await also_taking
        assert (second.update_id, none) == (2, [])
        await quick.write(lambda connection: theirs.mark_done(connection, second))
        ((first,),) = await ours.claim(5)
        assert first.update_id == 1


def _row(number: int) -> dict[str, object]:
    row = {"source": SOURCE, "update_id": number, "chat": "a", "payload": ""}
    return {**row, "at": datetime.now(UTC), "state": "pending", "reason": "", "attempts": 0}
