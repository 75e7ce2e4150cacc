"""Several bots in one database: what is one's is no other's, from the schema before on."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from alembic.config import Config
from sqlalchemy import select, text, update

from bot.conversation.messages import Incoming
from bot.store.boxes.boxes import LONGEST_WAIT
from bot.store.boxes.inbox import Arrival
from bot.store.boxes.leases import LANE
from bot.store.database.migrate import SCRIPTS, run_migrations
from bot.store.tables import chats, inbox, outbox, turns
from classifier.decision import Candidate, Decision, Target
from tests.fakes.open_store import found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.store.boxes.boxes import Boxes
    from bot.store.database.database import Database
    from bot.store.store import Store

OURS, THEIRS = "telegram:1", "telegram:2"
ENTRY = Target("faq", "velo")
ANSWER = Decision("answer", ENTRY, (), (Candidate(ENTRY, 0.9),), 0.9, "model-1")


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def say(store: Store, box: Boxes, words: str, question: int = 9) -> None:
    await store.write(lambda c: box.outbox.put(c, "a", [{"text": words}], question))


def words(lanes: list[list[Any]]) -> list[list[Any]]:
    return [[due.payload["text"] for due in lane] for lane in lanes]


# Beside each other


@pytest.mark.asyncio
async def test_two_bots_work_for_one_person_without_waiting_for_each_other(store: Store) -> None:
    ours, theirs = store.boxes(OURS), store.boxes(THEIRS)
    for box in (ours, theirs, ours):
        await box.inbox.put([Arrival(1, "a", {}), Arrival(2, "a", {})])
    ((one, two),) = await ours.inbox.claim(5)
    ((first, _),) = await theirs.inbox.claim(5)
    assert one.id < two.id < first.id
    assert await ours.inbox.claim(5) == await theirs.inbox.claim(5) == []


@pytest.mark.asyncio
async def test_no_bot_sends_what_another_one_was_asked(store: Store) -> None:
    ours, theirs = store.boxes(OURS), store.boxes(THEIRS)
    for box, said in ((ours, "un"), (theirs, "deux"), (ours, "trois")):
        await say(store, box, said)
    assert words(await theirs.outbox.claim(5)) == [["deux"]]
    ((one, three),) = await ours.outbox.claim(5)
    assert words([[one, three]]) == [["un", "trois"]]
    await ours.outbox.mark_sent(one, 77)
    assert await theirs.outbox.claim(5) == []


@pytest.mark.asyncio
async def test_messages_of_two_bots_with_one_number_are_two_messages(store: Store) -> None:
    ours, theirs = store.boxes(OURS), store.boxes(THEIRS)
    for box in (ours, theirs):
        await say(store, box, "un")
        ((due,),) = await box.outbox.claim(5)
        await box.outbox.mark_sent(due, 77)
        assert await store.write(lambda c, box=box: box.outbox.press(c, "a", 77))
        assert not await store.write(lambda c, box=box: box.outbox.press(c, "a", 77))
        answer = await store.write(lambda c, box=box: box.outbox.answer_to(c, "a", 9))
        assert answer == [("sent", 77)]


@pytest.mark.asyncio
async def test_what_one_bot_takes_back_another_still_says(store: Store) -> None:
    ours, theirs = store.boxes(OURS), store.boxes(THEIRS)
    for box in (ours, theirs):
        await say(store, box, "un")
        await say(store, box, "deux", question=10)
    await store.write(lambda c: ours.outbox.withdraw(c, "a", 9))
    await theirs.outbox.withdraw_all("a")
    assert words(await ours.outbox.claim(5)) == [["deux"]]
    assert await theirs.outbox.claim(5) == []


@pytest.mark.asyncio
async def test_each_bot_remembers_for_itself_who_left_moved_or_wants_peace(store: Store) -> None:
    ours, theirs = store.boxes(OURS), store.boxes(THEIRS)
    await ours.chats.record_leaving("a", "blocked")
    await theirs.chats.record_move("a", -100)
    await ours.chats.park("a", 60)
    assert (await store.write(lambda c: ours.chats.read_whereabouts(c, "a"))).left_at
    assert await store.write(lambda c: theirs.chats.read_whereabouts(c, "a")) == (None, -100, False)
    await say(store, ours, "un")
    await say(store, theirs, "deux")
    assert await ours.outbox.claim(5) == []
    assert words(await theirs.outbox.claim(5)) == [["deux"]]


@pytest.mark.asyncio
async def test_updates_of_two_bots_with_one_number_are_two_turns_of_one_person(
    store: Store,
) -> None:
    asked = Incoming("telegram", "42", "bonjour", update_id=7)
    numbers = [
        await store.write(lambda c, s=source: store.journal(c, s).record_turn(asked, ANSWER, 1.0))
        for source in (OURS, THEIRS, OURS)
    ]
    assert numbers[0] == numbers[2] != numbers[1]
    assert len(set(await found(store, select(turns.c.chat)))) == 1
    kept = await store.write(lambda c: store.journal(c, OURS).read_turns(asked, 5))
    assert kept[0] == 2, "what a person is shown, and what is erased, is all of theirs"


@pytest.mark.asyncio
async def test_all_that_waits_for_a_chat_is_counted_whatever_is_in_hand(store: Store) -> None:
    ours, tomorrow = store.boxes(OURS), datetime.now(UTC) + timedelta(days=1)
    many = [{"text": "un"}] * (LANE + 8)
    await store.write(lambda c: ours.outbox.put(c, "a", many))
    await store.write(lambda c: ours.outbox.put(c, "a", [{"text": "demain"}], None, tomorrow))
    await store.write(lambda c: ours.outbox.put(c, "b", [{"text": "deux"}]))
    await ours.outbox.claim(5)
    assert await ours.outbox.count_waiting("a") == len(many)


@pytest.mark.asyncio
async def test_a_process_that_stops_lets_go_of_its_own_messages_alone(shared: Database) -> None:
    async with await open_store(shared) as one, await open_store(shared) as other:
        ours, theirs = one.boxes(OURS), other.boxes(OURS)
        await say(one, ours, "un")
        assert words(await ours.outbox.claim(5)) == [["un"]]
        await theirs.outbox.leases.release()
        assert await theirs.outbox.claim(5) == []
        await ours.outbox.leases.release()
        assert words(await theirs.outbox.claim(5)) == [["un"]]


# Processes whose clocks differ


class Ahead(datetime):
    """The clock of a machine that is an hour ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # a plain one
        return datetime.now(tz) + timedelta(hours=1)


@contextmanager
def ahead() -> Iterator[None]:
    """What is done in the block is done on that machine."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (
            "boxes.chats",
            "database.sqlite",
            "boxes.inbox",
            "boxes.leases",
            "boxes.outbox",
        ):
            patch.setattr(f"bot.store.{module}.datetime", Ahead, raising=False)
        yield


@pytest.mark.asyncio
async def test_a_process_whose_clock_is_ahead_takes_nothing_before_its_time(
    shared: Database,
) -> None:
    async with await open_store(shared) as right, await open_store(shared) as wrong:
        ours, theirs = right.boxes(OURS), wrong.boxes(OURS)
        await say(right, ours, "un")
        await ours.inbox.put([Arrival(1, "a", {})])
        ((held,),), ((due,),) = await ours.inbox.claim(5), await ours.outbox.claim(5)
        with ahead():
            assert await theirs.inbox.claim(5) == await theirs.outbox.claim(5) == []
        for leases in ours.leases:
            await leases.renew()
        await ours.outbox.postpone(due, 60)
        await ours.inbox.leases.give_back([held.id])
        with ahead():
            assert await theirs.outbox.claim(5) == [], "it is to wait for a minute"
            ((held,),) = await theirs.inbox.claim(5)
            await say(wrong, theirs, "deux")
            await theirs.chats.park("b", 60)
        assert await ours.inbox.claim(5) == []
        await right.write(lambda c: ours.outbox.put(c, "b", [{"text": "trois"}]))
        await right.write(lambda c: ours.outbox.put(c, "c", [{"text": "quatre"}]))
        assert words(await ours.outbox.claim(5)) == [["quatre"]]


@pytest.mark.asyncio
async def test_what_a_process_whose_clock_is_ahead_leaves_behind_waits_no_longer_for_it(
    shared: Database,
) -> None:
    async with await open_store(shared) as right, await open_store(shared) as wrong:
        ours, theirs = right.boxes(OURS), wrong.boxes(OURS)
        with ahead():
            await say(wrong, theirs, "un")
            ((due,),) = await theirs.outbox.claim(5)
            await theirs.outbox.postpone(due, 0.0, {"text": "un bis"})
            await theirs.chats.park("a", 0.0)
        assert words(await ours.outbox.claim(5)) == [["un bis"]]


@pytest.mark.asyncio
async def test_who_shows_that_it_is_alive_keeps_what_it_holds(any_database: Database) -> None:
    async with await open_store(any_database) as right, await open_store(any_database) as other:
        ours, theirs = right.boxes(OURS), other.boxes(OURS)
        for renews in (True, False):
            await ours.inbox.put([Arrival(renews + 1, f"chat {renews}", {})])
            ((held,),) = await ours.inbox.claim(5)
            silent = update(inbox).values(lease=datetime.now(UTC) - timedelta(hours=1))
            await right.write(lambda c, old=silent: c.execute(old))
            if renews:
                await ours.inbox.leases.renew()
                assert await theirs.inbox.claim(5) == []
                await right.write(lambda c, one=held: ours.inbox.mark_done(c, one))
        assert len(await theirs.inbox.claim(5)) == 1, "a silent one loses it"


@pytest.mark.asyncio
async def test_what_was_put_off_while_the_clock_was_ahead_waits_a_minute_after_a_start(
    tmp_path: Path,
) -> None:
    path = tmp_path / "aiguilleur.db"
    async with await open_store(path) as store:
        ours = store.boxes(OURS)
        with ahead():
            await say(store, ours, "un")
        ((due,),) = await ours.outbox.claim(5)
        with ahead():
            await ours.outbox.postpone(due, 0.0)
            await ours.chats.park("a", 0.0)
        meant = datetime.now(UTC) + timedelta(days=1)
        await store.write(lambda c: ours.outbox.put(c, "b", [{}], None, meant))
    async with await open_store(path) as store:
        await store.take_over()
        soon = datetime.now(UTC) + LONGEST_WAIT
        put_off = select(outbox.c.not_before).order_by(outbox.c.id)
        (first,), (second,) = await found(store, put_off)
        assert (first <= soon, second) == (True, meant)
        ((until,),) = await found(store, select(chats.c.parked_until).where(chats.c.chat == "a"))
        assert until <= soon


# From the schema before


def _before(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    run_migrations(connection, config, "0002")


async def written_before(database: Database, *sources: str) -> None:
    """A database of the last version, with an answer that waits and a chat that left."""
    if database.path is not None:
        database.path.touch()
    engine = database.serving()
    async with engine.begin() as connection:
        await connection.run_sync(_before)
        at = {"at": datetime.now(UTC)}
        if database.path is not None:
            at = {"at": "2026-01-02 03:04:05.000000"}
        for number, source in enumerate(sources, 1):
            row = text(
                "INSERT INTO inbox (at, source, update_id, chat, payload, state, reason, attempts)"
                " VALUES (:at, :source, :number, 'a', '', 'done', '', 1)"
            )
            await connection.execute(row, {**at, "source": source, "number": number})
        waits = text(
            "INSERT INTO outbox (at, chat, payload, state, reason, attempts, not_before)"
            " VALUES (:at, 'a', '', 'pending', '', 0, :at)"
        )
        await connection.execute(waits, at)
        for chat in ("a", "b"):
            left = text("INSERT INTO chats (chat, left_at, reason) VALUES (:chat, :at, 'blocked')")
            await connection.execute(left, {**at, "chat": chat})
    await engine.dispose()


async def signed(store: Store) -> list[tuple[Any, ...]]:
    """Source and chat of every message that waits, and of every chat that left."""
    waiting = select(outbox.c.source, outbox.c.chat)
    left = select(chats.c.source, chats.c.chat).where(chats.c.left_at.is_not(None))
    return [*await found(store, waiting), *await found(store, left.order_by(chats.c.chat))]


@pytest.mark.asyncio
async def test_what_waited_before_belongs_to_the_one_bot_there_was(any_database: Database) -> None:
    await written_before(any_database, OURS, OURS)
    async with await open_store(any_database) as store:
        assert await signed(store) == [(OURS, "a"), (OURS, "a"), (OURS, "b")]
        await store.boxes(THEIRS).adopt()
        assert await signed(store) == [(OURS, "a"), (OURS, "a"), (OURS, "b")]


@pytest.mark.asyncio
@pytest.mark.parametrize("sources", [(), (OURS, THEIRS)], ids=["none", "two"])
async def test_what_waited_before_is_otherwise_the_first_bot_s_to_come(
    sources: tuple[str, ...], any_database: Database
) -> None:
    await written_before(any_database, *sources)
    async with await open_store(any_database) as store:
        theirs = store.boxes(THEIRS)
        assert await theirs.outbox.claim(5) == []
        await theirs.chats.record_move("b", -100)
        await theirs.adopt()
        await store.boxes(OURS).adopt()
        assert await signed(store) == [(THEIRS, "a"), (THEIRS, "a")], "what it knew already stays"
        assert len(await theirs.outbox.claim(5)) == 1


@pytest.mark.asyncio
async def test_the_row_that_probes_write_is_no_bot_s(store: Store) -> None:
    for source in (OURS, THEIRS, OURS):
        await store.probe()
        await store.boxes(source).adopt()
    assert await found(store, select(chats.c.source, chats.c.chat)) == [("", "")]


@pytest.mark.asyncio
async def test_two_processes_remember_the_same_chat_at_the_same_moment(shared: Database) -> None:
    async with await open_store(shared) as one, await open_store(shared) as two:
        for chat in "abcdefgh":
            both = (store.chats(OURS).park(chat, 60) for store in (one, two))
            await asyncio.gather(*both)
        assert len(await found(one, select(chats.c.chat))) == 8
