"""Examines the database, and creates, migrates or repairs nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, inspect, select, text

from bot.store import StoreError
from bot.store.database.database import explain_errors
from bot.store.database.revision import knows_revision, newest_revision, read_revision
from bot.store.database.sqlite_engine import WRITING, backups_of, restore_advice
from bot.store.keeping import PENDING, queues
from bot.store.key_mark import read_key_mark
from bot.store.schema import metadata
from bot.store.tables import inbox, outbox, turns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database.database import Database


MAX_NAMED = 10
"""How many of the updates that were set aside are named: the newest ones."""


class SetAside(NamedTuple):
    """An update that could not be worked on: its number at the channel, when it came, and why."""

    update_id: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Condition:
    """What was found.

    Attributes:
        revision: of the schema; None when the database is still empty.
        newest: the revision that this version of the program makes.
        size: in bytes, what waits to be merged into a file included.
        rows: how many, by table.
        waiting: how many of them wait to be worked on, by queue.
        quarantined: updates set aside.
        unreadable: messages set aside.
        waiting_since: when the oldest update that is not answered came; None when none waits.
        backup: the newest copy beside a file.
        set_aside: the newest of the quarantined, at most ``MAX_NAMED``.
        key_mark: of the key that it was written with; None when no service has started on it.
    """

    revision: str | None
    newest: str | None
    size: int
    rows: Mapping[str, int] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    quarantined: int = 0
    unreadable: int = 0
    waiting_since: datetime | None = None
    backup: Path | None = None
    set_aside: tuple[SetAside, ...] = ()
    key_mark: str | None = None


async def condition_of(database: Database) -> Condition:
    """Look into a database that exists.

    Raises:
        StoreError: it cannot be read or written, is damaged, or belongs to another program.
    """
    engine = database.reading()
    try:
        with explain_errors(database):
            async with engine.begin() as connection:
                found = await _read(database, connection)
    finally:
        await engine.dispose()
    if found.revision is not None:
        await _try_to_write(database)
    return found


async def _read(database: Database, connection: AsyncConnection) -> Condition:
    await _check_integrity(database, connection)
    revision = await connection.run_sync(_revision, database)
    size = await _size(database, connection)
    backups = backups_of(database.path) if database.path else []
    newest = max(backups, key=lambda path: path.stat().st_mtime, default=None)
    head = _newest_of(database, revision)
    if revision != head:  # its tables may be others
        return Condition(revision, head, size, backup=newest)
    oldest = select(func.min(inbox.c.at)).where(inbox.c.state == PENDING)
    return Condition(
        revision,
        head,
        size,
        {table.name: await _count(connection, table) for table in metadata.tables.values()},
        {table.name: await _count(connection, table, PENDING) for table in queues(metadata)},
        await _count(connection, inbox, "quarantined"),
        await _count(connection, outbox, "quarantined"),
        (await connection.execute(oldest)).scalar_one(),
        newest,
        await _read_quarantine(connection),
        await read_key_mark(connection),
    )


async def _read_quarantine(connection: AsyncConnection) -> tuple[SetAside, ...]:
    """The newest updates that were set aside: number, moment and reason, without their content."""
    found = select(inbox.c.update_id, inbox.c.at, inbox.c.reason)
    newest = found.where(inbox.c.state == "quarantined").order_by(inbox.c.id.desc())
    return tuple(SetAside(*row) for row in await connection.execute(newest.limit(MAX_NAMED)))


async def _check_integrity(database: Database, connection: AsyncConnection) -> None:
    if database.path is None:
        return  # a server looks after its own files
    verdict = (await connection.execute(text("PRAGMA integrity_check(1)"))).scalar_one()
    if verdict != "ok":
        reason = " ".join(str(verdict).split())
        raise StoreError(f"{database.name} is damaged ({reason}); {restore_advice(database.path)}")


def _revision(connection: Connection, database: Database) -> str | None:
    tables = set(inspect(connection).get_table_names())
    if tables and "alembic_version" not in tables:
        raise StoreError(
            f"{database.name} is a database of another program: choose another for DATABASE_URL"
        )
    return read_revision(connection)


def _newest_of(database: Database, revision: str | None) -> str | None:
    """The newest schema revision of this program, which must know the database's as well."""
    if revision is not None and not knows_revision(revision):
        raise StoreError(
            f"{database.name} has schema {revision}, which this version does not know: "
            "install the newer version of aiguilleur, or copy a backup in its place"
        )
    return newest_revision()


async def _size(database: Database, connection: AsyncConnection) -> int:
    if database.path is None:
        asked = text("SELECT pg_database_size(current_database())")
        return int((await connection.execute(asked)).scalar_one())
    files = (database.path, database.path.with_name(f"{database.path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


async def _count(connection: AsyncConnection, table: Table, state: str | None = None) -> int:
    query = select(func.count()).select_from(table)
    if state is not None:
        query = query.where(table.c.state == state)
    return int((await connection.execute(query)).scalar_one())


async def _try_to_write(database: Database) -> None:
    """Begin a write and roll it back, so that nothing is changed."""
    engine = database.serving()
    try:
        with explain_errors(database):
            async with engine.connect() as connection:
                writing = await connection.execution_options(**WRITING)
                async with writing.begin() as transaction:
                    await writing.execute(turns.update().where(turns.c.id < 0).values(text=""))
                    await transaction.rollback()
    finally:
        await engine.dispose()
