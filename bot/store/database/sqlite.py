"""A SQLite file: the default database, which one process serves from."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import literal

from bot.store.column_types import UtcDateTime
from bot.store.database import sqlite_engine
from bot.store.database.database import NOW
from bot.store.database.migrate import upgrade

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncEngine


class SqliteFile:
    """The default: one file beside everything else."""

    def __init__(self, path: Path) -> None:
        self.path: Path | None = path
        self.name = str(path)
        self._file = path

    async def upgrade(self) -> None:
        """As :func:`bot.store.database.migrate.upgrade`, in a thread."""
        await asyncio.to_thread(upgrade, self._file)

    def serving(self) -> AsyncEngine:
        """One connection, whose callers wait in line for it."""
        return sqlite_engine.serving_engine(self._file)

    def reading(self) -> AsyncEngine:
        """A connection that cannot write."""
        return sqlite_engine.reading_engine(self._file)

    def moment(self, after: timedelta = NOW) -> ColumnElement[datetime]:
        """The time here: only one process serves from a file."""
        return literal(datetime.now(UTC) + after, UtcDateTime())

    def explain(self, error: Exception) -> str:
        """As :func:`bot.store.database.sqlite_engine.explain`."""
        return sqlite_engine.explain(self._file, error)
