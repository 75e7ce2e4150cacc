"""What waits together is committed together, and done again only when surely nothing was."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy.exc import OperationalError

from bot.store import RefusedError, StoppingError, StoreError
from bot.store.tables import purges
from bot.store.writer import Writer
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database.database import Database

CUT = OperationalError("", None, ConnectionError("the line was cut"))


async def note(connection: AsyncConnection) -> None:
    """Something that cannot be told from the same thing done again."""
    await connection.execute(insert(purges).values(at=func.current_timestamp(), what="x", rows=1))


async def count(connection: AsyncConnection) -> int:
    return int((await connection.execute(select(func.count()).select_from(purges))).scalar_one())


@pytest.mark.asyncio
async def test_what_may_have_been_committed_is_not_done_again_unasked(
    any_database: Database,
) -> None:
    def committed_but_cut(connection: Connection) -> None:
        connection.connection.commit()
        raise CUT

    async with await open_store(any_database) as store:
        engine = any_database.serving()
        writer = Writer(any_database, engine)
        event.listen(engine.sync_engine, "commit", committed_but_cut)
        both = await asyncio.gather(writer.run(note), writer.run(note), return_exceptions=True)
        event.remove(engine.sync_engine, "commit", committed_but_cut)
        await writer.aclose()
        assert [type(outcome) for outcome in both] == [StoreError, StoreError]
        assert await store.write(count) == 2


@pytest.mark.asyncio
async def test_a_database_that_cannot_be_used_is_tried_once_for_all_that_waits(
    any_database: Database,
) -> None:
    tries: list[Connection] = []

    def refused(connection: Connection) -> None:
        tries.append(connection)
        raise CUT

    async with await open_store(any_database) as store:
        engine = any_database.serving()
        writer = Writer(any_database, engine)
        event.listen(engine.sync_engine, "begin", refused)
        all_three = (writer.run(note) for _ in range(3))
        outcomes = await asyncio.gather(*all_three, return_exceptions=True)
        event.remove(engine.sync_engine, "begin", refused)
        assert [type(outcome) for outcome in outcomes] == [StoreError] * 3
        assert len(tries) == 1, "each try may take as long as a lock or a connection is waited for"
        await writer.run(note)
        await writer.aclose()
        assert await store.write(count) == 1


@pytest.mark.asyncio
async def test_what_the_database_does_not_take_is_told_from_a_database_that_is_away(
    any_database: Database,
) -> None:
    async def note_nothing(connection: AsyncConnection) -> None:
        row = {"at": func.current_timestamp(), "what": None, "rows": 1}
        await connection.execute(insert(purges).values(row))

    async with await open_store(any_database) as store:
        with pytest.raises(RefusedError):
            await store.write(note_nothing)
        await store.write(note)
        assert await store.write(count) == 1


@pytest.mark.asyncio
async def test_at_a_stop_a_file_that_another_program_holds_is_not_waited_for(
    tmp_path: Path,
) -> None:
    path = tmp_path / "aiguilleur.db"
    async with await open_store(path) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(store.write(note))
            await asyncio.wait((waiting,), timeout=0)
            store.hurry(0.0)
            with pytest.raises(StoppingError):
                await waiting
            with pytest.raises(StoppingError):
                await store.write(note)
            other.execute("ROLLBACK")
        await store.write(note)
        assert await store.write(count) == 1, "a database that is well is still written"


@pytest.mark.asyncio
async def test_at_a_stop_a_server_that_does_not_answer_is_not_waited_for(
    any_database: Database,
) -> None:
    if any_database.path is not None:
        return  # the wait for a file's lock is another one
    begun = asyncio.Event()

    async def hang(_: AsyncConnection) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with await open_store(any_database) as store:
        waiting = asyncio.create_task(store.write(hang))
        await begun.wait()
        store.hurry(0.0)
        with pytest.raises(StoppingError):
            await waiting
        await store.write(note)


@pytest.mark.asyncio
async def test_a_file_that_is_deleted_is_noticed_and_one_put_back_is_served_from(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "aiguilleur.db"
    async with await open_store(file) as store:
        await store.write(note)
        copy_database(file, tmp_path / "copy")
        for path in tmp_path.glob("aiguilleur.db*"):
            path.unlink()
        for _ in range(2):
            with pytest.raises(StoreError, match="is gone"):
                await store.write(note)
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        (tmp_path / "copy").rename(file)
        await store.write(note)
        assert caplog.records[-1].getMessage().endswith("is in use again.")
    async with await open_store(file) as store:
        assert await store.write(count) == 2


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("UPDATE key_marks SET mark = 'x'", "another key"),
        ("UPDATE alembic_version SET version_num = '0004'", "schema 0004"),
        ("", "damaged"),
    ],
)
async def test_a_file_that_takes_its_place_is_looked_at_first(
    tmp_path: Path, spoil: str, said: str
) -> None:
    file, sound, other = (tmp_path / name for name in ("aiguilleur.db", "sound", "other"))
    async with await open_store(file) as store:
        copy_database(file, sound)
        copy_database(file, other)
        if spoil:
            with closing(sqlite3.connect(other)) as connection, connection:
                connection.execute(spoil)
        else:
            other.write_bytes(b"no database" * 999)
        other.replace(file)
        for _ in range(2):
            with pytest.raises(StoreError, match=said):
                await store.write(note)
        sound.replace(file)
        await store.write(note)
        assert await store.write(count) == 1


def copy_database(file: Path, to: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))
