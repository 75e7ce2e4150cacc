"""Removes erased data from the database's files, and gives free pages back.

SQLite overwrites what is deleted (``secure_delete``), so emptying the write-ahead log is enough for
the bytes. Nothing is written anew: that would need the room of the whole database once more, and
hold the write lock for as long.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import text

from bot.store import StoreError
from bot.store.database.database import explain_errors
from bot.store.database.sqlite_engine import BUSY_SECONDS, explain_sqlite_errors
from bot.store.schema import metadata

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.database.database import Database

PAGES_AT_ONCE = 500
_TRIES = 10


async def compact(database: Database, *, whole: bool = True, busy: float = BUSY_SECONDS) -> None:
    """Let no page of the database hold what was erased.

    Args:
        database: where; other processes may be serving from it.
        whole: also give free pages back to the disk, or let a server take its dead rows away.
            Without it, only the write-ahead log is emptied, which is quick.
        busy: seconds that each try waits for another program.

    Raises:
        StoreError: somebody reads or writes without a pause, or the disk is full. What was erased
            stays erased; the files may hold it until the next time.
    """
    if database.path is not None:
        await asyncio.to_thread(_compact_file, database.path, busy, whole=whole)
    elif whole:
        await _compact_server(database)


def _compact_file(path: Path, busy: float, *, whole: bool) -> None:
    uri = f"{path.absolute().as_uri()}?mode=rw"
    with explain_sqlite_errors(path), closing(_connect(uri, busy)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        if whole:
            _give_back(connection)
        for _ in range(_TRIES):
            blocked = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if not blocked:
                return
    raise StoreError(
        f"{path} is read without a pause, so its write-ahead log was not emptied: "
        "what was erased stays erased; run this again later"
    )


def _connect(uri: str, busy: float) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=busy)


def _give_back(connection: sqlite3.Connection) -> None:
    """Let the file shrink, a few pages at a time, so that others may write in between.

    A file that an older version made keeps its free pages, and uses them again.
    """
    free = int(connection.execute("PRAGMA freelist_count").fetchone()[0])
    for _ in range(0, free, PAGES_AT_ONCE):
        # A step gives one page back and has no row to fetch; a script is stepped to its end.
        connection.executescript(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})")


async def _compact_server(database: Database) -> None:
    engine = database.serving()
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    try:
        with explain_errors(database):
            async with alone.connect() as connection:
                for name in metadata.tables:
                    await connection.execute(text(f"VACUUM {name}"))
    finally:
        await engine.dispose()
