"""How a SQLite file is opened, and how its errors are told."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import URL, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.store import StoreError
from bot.store.database import driver
from bot.store.database.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine

BUSY_SECONDS = 20.0
"""How long a write waits for another program's lock before it gives up."""

POOL_SECONDS = 60.0
"""How long a call waits for the connection; above BUSY_SECONDS, so that a lock loses nothing."""

BASE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
BUSY_STEP = 0.25
"""Seconds that a write waits in one piece: nobody can end it before."""
MIGRATING_PRAGMAS = ("auto_vacuum=INCREMENTAL", *BASE_PRAGMAS)
"""Free pages can be given back a few at a time; that is decided before the first table is made."""

SERVING_PRAGMAS = (*BASE_PRAGMAS, "foreign_keys=ON")
READING_PRAGMAS = ("query_only=ON",)

WRITING = {"begin_immediate": True}
"""Execution options of a connection that will write: it takes the write lock at its start.

A transaction that reads first and writes later fails at once when another writer came between,
whatever the busy timeout is.
"""

_ADVICE = {
    "SQLITE_BUSY": "another program holds it; stop that program, then try again",
    "SQLITE_LOCKED": "another program holds it; stop that program, then try again",
    "SQLITE_FULL": "free some space on its disk, then try again",
    "SQLITE_IOERR": "check the disk and its free space, then try again",
    "SQLITE_READONLY": "let this user write the file and its folder",
    "SQLITE_PERM": "let this user read and write the file",
    "SQLITE_AUTH": "let this user read and write the file",
    "SQLITE_CONSTRAINT": "what was to be written contradicts what is stored; nothing was written",
}


def serving_engine(database: Path, patience: Patience | None = None) -> AsyncEngine:
    """The engine of a running bot: one connection, whose callers wait in line for it.

    Args:
        database: the file.
        patience: how long a write waits for another program's lock.
    """
    pragmas = (*SERVING_PRAGMAS, f"busy_timeout={int(BUSY_STEP * 1000)}")
    return _asynchronous(database, pragmas, BUSY_SECONDS, patience or Patience(BUSY_SECONDS))


def reading_engine(database: Path, busy: float = BUSY_SECONDS) -> AsyncEngine:
    """An engine that can change nothing and makes no file."""
    return _asynchronous(database, READING_PRAGMAS, busy)


def migrating_engine(database: Path, busy: float = BUSY_SECONDS) -> Engine:
    """The synchronous engine of a migration; foreign keys stay off while tables are rebuilt."""
    engine = create_engine(
        _url("sqlite", database), hide_parameters=True, connect_args={"timeout": busy}
    )
    _hook(engine, MIGRATING_PRAGMAS)
    return engine


def _asynchronous(
    database: Path, pragmas: Sequence[str], busy: float, patience: Patience | None = None
) -> AsyncEngine:
    engine = create_async_engine(
        _url("sqlite+aiosqlite", database),
        # An error's text must never show what a person wrote.
        hide_parameters=True,
        pool_size=1,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        connect_args={"timeout": busy, "async_creator_fn": driver.connect},
    )
    _hook(engine.sync_engine, pragmas, patience)
    return engine


def _url(driver: str, database: Path) -> URL:
    # mode=rw: a file that vanished is an error, not a new empty journal.
    return URL.create(
        driver, database=database.absolute().as_uri(), query={"mode": "rw", "uri": "true"}
    )


def _hook(engine: Engine, pragmas: Sequence[str], patience: Patience | None = None) -> None:
    """Let us begin transactions, not the driver: SQLAlchemy's documented recipe for SQLite."""

    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("begin_immediate")
        if immediate and patience is not None:
            _begin_immediate(connection, patience.begin())
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begin)


def _begin_immediate(connection: Connection, left: Callable[[], float]) -> None:
    """Wait for another program's lock piece by piece, for as long as there is time."""
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorname", "") != "SQLITE_BUSY" or left() <= 0:
                raise
        else:
            return


@contextmanager
def explain_sqlite_errors(database: Path) -> Iterator[None]:
    """Turn the errors of SQLAlchemy, SQLite and the file system into one ``StoreError`` line."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise StoreError(explain(database, error)) from error


def explain(database: Path, error: Exception) -> str:
    """The error on one line: which file, why, what to do next; never what was being written."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    name = str(getattr(cause, "sqlite_errorname", ""))
    reason = cause.strerror if isinstance(cause, OSError) else " ".join(str(cause).split())
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return f"{database} is damaged ({reason}); {restore_advice(database)}"
    known = (todo for prefix, todo in _ADVICE.items() if name.startswith(prefix))
    fallback = "check that its folder exists, that this user owns the file and may write there"
    return f"{database} cannot be used ({reason}): {next(known, fallback)}"


def restore_advice(database: Path) -> str:
    """What to do about a damaged file; names the newest backup when there is one."""
    backups = sorted(backups_of(database), key=lambda backup: backup.stat().st_mtime)
    if backups:
        return f"it was left as it is: move it away and copy {backups[-1]} in its place"
    return "it was left as it is: copy a backup in its place, or move it away to start a new one"


def backups_of(database: Path) -> list[Path]:
    """The backup copies beside the database file."""
    names = (database.name + ".", ".bak")
    folder = database.parent
    if not folder.is_dir():
        return []
    return [
        p for p in folder.iterdir() if p.name.startswith(names[0]) and p.name.endswith(names[1])
    ]
