"""Every table says how its rows are exported, erased and purged, and that is then done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text, func, select

from bot.conversation.messages import Incoming
from bot.conversation.replies import kept
from bot.ops.settings import Settings
from bot.service.retention import purge_now
from bot.store.boxes.inbox import Arrival
from bot.store.column_types import UtcDateTime
from bot.store.database.condition import condition_of
from bot.store.keeping import (
    KEEPING,
    Keeping,
    Rule,
    by_chat,
    declared_tables,
    delete_old,
    keeping_of,
    set_values,
    tables_by_chat,
)
from bot.store.person import count_rows, erase, everything_about
from bot.store.schema import metadata
from bot.store.tables import turns
from classifier.decision import Decision, Target
from tests.fakes.open_store import OneByOne, found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.store.database.database import Database
    from bot.store.store import Store

ANSWER = Decision("answer", Target("faq", "velo"), (), (), 0.9, "m")
ASKED = Incoming("telegram", "1", "mon vélo")


@pytest.fixture
def notes() -> Iterator[Table]:
    """A table of a version to come, declared and nothing more."""
    declared = Keeping(
        theirs=by_chat,
        sealed=("words",),
        erase=set_values(chat="", words=""),
        purge=(Rule("notes", delete_old),),
    )
    yield Table(
        "notes",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("at", UtcDateTime, nullable=False),
        Column("chat", String(16), nullable=False),
        Column("words", Text, nullable=False),
        Column("turn_id", ForeignKey("turns.id", ondelete="CASCADE")),
        info={KEEPING: declared},
    )
    metadata.remove(metadata.tables["notes"])


@pytest_asyncio.fixture
async def store(notes: Table, any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        await opened.write(lambda c: c.run_sync(notes.create))
        yield opened


async def note(store: Store, notes: Table, chat: str) -> None:
    """A note that somebody left, and the turn that it belongs to."""
    asked = Incoming("telegram", chat, "mon vélo")
    turn = await OneByOne(store).record_turn(asked, ANSWER, 1.0)
    row = {
        "at": datetime.now(UTC),
        "chat": store.pseudonym.of("telegram", chat),
        "words": store.vault.seal({"said": f"words of {chat}"}),
        "turn_id": turn,
    }
    await store.write(lambda c: c.execute(notes.insert().values(row)))


@pytest.mark.parametrize("name", list(metadata.tables))
def test_every_table_declares_how_its_rows_are_kept(name: str) -> None:
    table = metadata.tables[name]
    keeping = keeping_of(table)
    if "chat" in table.c:
        assert keeping.theirs is not None, "a row of a chat is exported"
        assert keeping.erase is not None, "and erased"
        assert keeping.purge or keeping.orphaned, "and purged"
    assert set(keeping.sealed) <= set(table.c.keys())


def test_a_table_that_declares_nothing_is_found() -> None:
    planted = MetaData()
    Table("songs", planted, Column("title", Text))
    with pytest.raises(LookupError, match="songs"):
        list(declared_tables(planted))


def test_a_person_is_told_in_words_of_every_table_about_them() -> None:
    assert {table.name for table, _, _ in tables_by_chat(metadata)} == set(kept.ROWS)


@pytest.mark.asyncio
async def test_a_new_table_is_exported_with_what_is_sealed_in_it(
    store: Store, notes: Table
) -> None:
    await note(store, notes, "1")
    await note(store, notes, "2")
    name = store.pseudonym.of("telegram", "1")
    shown = await store.write(lambda c: everything_about(c, store.vault, name))
    assert [row["words"] for row in shown["notes"]] == [{"said": "words of 1"}]
    assert (await store.write(lambda c: count_rows(c, name)))["notes"] == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("by", ["person", "operator"])
async def test_a_new_table_is_erased_for_one_and_left_to_the_other(
    store: Store, notes: Table, by: str
) -> None:
    await note(store, notes, "1")
    await note(store, notes, "2")
    hers, his = (store.pseudonym.of("telegram", chat) for chat in ("1", "2"))
    if by == "person":
        await store.write(lambda c: store.journal(c).forget(ASKED))
    else:
        await store.write(lambda c: erase(c, hers))
    rows = await found(store, select(notes.c.chat, notes.c.words != "").order_by(notes.c.id))
    assert rows == [("", False), (his, True)]


@pytest.mark.asyncio
async def test_a_new_table_is_purged_and_its_rows_hold_a_chat_until_then(
    store: Store, notes: Table
) -> None:
    await note(store, notes, "1")
    await store.chats("telegram:1").record_leaving(store.pseudonym.of("telegram", "1"), "left")
    await store.write(lambda c: c.execute(notes.update().values(turn_id=None)))
    await store.write(lambda c: c.execute(turns.delete()))
    counts = await purge_now(store, Settings(), datetime.now(UTC) + timedelta(days=394))
    assert (counts["notes"], counts["chats"]) == (0, 0)
    counts = await purge_now(store, Settings(), datetime.now(UTC) + timedelta(days=396))
    assert (counts["notes"], counts["chats"]) == (1, 1)


@pytest.mark.asyncio
async def test_no_column_of_any_table_names_a_chat_that_was_erased(store: Store) -> None:
    journal, name = OneByOne(store), store.pseudonym.of("telegram", "1")
    await journal.record_turn(ASKED, ANSWER, 1.0)
    theirs = store.boxes("telegram:1")
    await theirs.inbox.put([Arrival(1, name, {"text": "mon vélo"})])
    await store.write(lambda c: theirs.outbox.put(c, name, [{"text": "réponse"}], 1))
    await theirs.chats.park(name, 60)
    assert sum((await store.write(lambda c: count_rows(c, name))).values()) == 4
    await store.write(lambda c: erase(c, name))
    for table in metadata.tables.values():
        assert all(name not in row for row in await found(store, select(table)))


@pytest.mark.asyncio
async def test_the_condition_counts_every_table_and_every_queue(store: Store) -> None:
    await OneByOne(store).record_turn(ASKED, ANSWER, 1.0)
    await store.inbox("telegram:1").put([Arrival(1, "a", {})])
    seen = await condition_of(store.database)
    assert set(seen.rows) == set(metadata.tables)
    assert (seen.rows["turns"], seen.rows["notes"]) == (1, 0)
    assert seen.waiting == await store.waiting() == {"inbox": 1, "outbox": 0}


@pytest.mark.asyncio
async def test_what_refers_to_a_turn_goes_with_it(store: Store, notes: Table) -> None:
    await note(store, notes, "1")
    await store.write(lambda c: c.execute(turns.delete()))
    assert await found(store, select(func.count()).select_from(notes)) == [(0,)]
