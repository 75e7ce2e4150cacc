"""Where the store lies: a SQLite file, or a PostgreSQL server that several processes share."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import literal
from sqlalchemy.exc import SQLAlchemyError

from bot.store import StoreError, engine
from bot.store.migrate import upgrade
from bot.store.tables import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncEngine

NOW = timedelta()
SQLITE = "sqlite:///"


class Database(Protocol):
    """What the store needs of either kind.

    Attributes:
        name: how messages name it; without a password.
        path: the file, when it is one that only one process may serve from.
    """

    name: str
    path: Path | None

    async def upgrade(self) -> None:
        """Create it or bring it to the newest schema, all or nothing.

        Raises:
            StoreError: it cannot be used, or is of a newer version.
        """
        ...

    def serving(self) -> AsyncEngine:
        """An engine that writes."""
        ...

    def reading(self) -> AsyncEngine:
        """An engine that changes nothing."""
        ...

    def moment(self, after: timedelta = NOW) -> ColumnElement[datetime]:
        """In a statement: the time, or what it will be, by the one clock of all who share it."""
        ...

    def explain(self, error: Exception) -> str:
        """One line: what failed, why, and what to do next; never what was being written."""
        ...


class SqliteFile:
    """The default: one file beside everything else."""

    def __init__(self, path: Path) -> None:
        self.path: Path | None = path
        self.name = str(path)
        self._file = path

    async def upgrade(self) -> None:
        """As :func:`bot.store.migrate.upgrade`, in a thread."""
        await asyncio.to_thread(upgrade, self._file)

    def serving(self) -> AsyncEngine:
        """One connection, whose callers wait in line for it."""
        return engine.serving_engine(self._file)

    def reading(self) -> AsyncEngine:
        """A connection that cannot write."""
        return engine.reading_engine(self._file)

    def moment(self, after: timedelta = NOW) -> ColumnElement[datetime]:
        """The time here: only one process serves from a file."""
        return literal(datetime.now(UTC) + after, UtcDateTime())

    def explain(self, error: Exception) -> str:
        """As :func:`bot.store.engine.explain`."""
        return engine.explain(self._file, error)


def open_database(url: str, default: Path) -> Database:
    """The database that ``url`` names; without one, the SQLite file ``default``."""
    if not url:
        return SqliteFile(default)
    if url.startswith(SQLITE):
        return SqliteFile(type(default)(url.removeprefix(SQLITE)))
    from bot.store.postgres import PostgresServer  # noqa: PLC0415 - its driver is an extra

    return PostgresServer(url)


@contextmanager
def explained(database: Database) -> Iterator[None]:
    """Turn the errors of SQLAlchemy, the driver and the system into one ``StoreError`` line."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(database.explain(error)) from error
