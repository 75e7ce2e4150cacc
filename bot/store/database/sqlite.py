"""A SQLite file: the default database, which one process serves from."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import event, literal

from bot.store.column_types import UtcDateTime
from bot.store.database import sqlite_engine
from bot.store.database.database import NOW
from bot.store.database.migrate import upgrade
from bot.store.database.patience import Patience

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncEngine


class SqliteFile:
    """The database without ``DATABASE_URL``: one file in ``DATA_DIR``."""

    def __init__(self, path: Path) -> None:
        self.path: Path | None = path
        self.name = str(path)
        self.patience = Patience(sqlite_engine.BUSY_SECONDS)
        self._file = path
        self._opened: tuple[int, int] | None = None

    @property
    def is_replaced(self) -> bool:
        """Whether the file that serves is no longer the one at its path: deleted, or another."""
        return self._opened is not None and self._opened != _identity(self._file)

    async def upgrade(self) -> None:
        """Bring the file to the newest schema, in a thread; see ``bot.store.database.migrate``."""
        await asyncio.to_thread(upgrade, self._file)

    def serving(self) -> AsyncEngine:
        """One connection, whose callers wait in line for it."""
        engine = sqlite_engine.serving_engine(self._file, self.patience)
        event.listen(engine.sync_engine, "connect", self._note_opened)
        return engine

    def _note_opened(self, *_: object) -> None:
        self._opened = _identity(self._file)

    def reading(self) -> AsyncEngine:
        """A connection that cannot write."""
        return sqlite_engine.reading_engine(self._file)

    def moment(self, after: timedelta = NOW) -> ColumnElement[datetime]:
        """The time of this machine, which is the only one that serves from the file."""
        return literal(datetime.now(UTC) + after, UtcDateTime())

    def explain(self, error: Exception) -> str:
        """The error on one line; see :func:`bot.store.database.sqlite_engine.explain`."""
        return sqlite_engine.explain(self._file, error)


def _identity(file: Path) -> tuple[int, int] | None:
    """Device and inode of a file; None when it is not there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
