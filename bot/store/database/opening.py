"""Choose the kind of database by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store.database.sqlite import SqliteFile

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.database.database import Database


SQLITE = "sqlite:///"


def open_database(url: str, default: Path) -> Database:
    """The database that ``url`` names; without one, the SQLite file ``default``."""
    if not url:
        return SqliteFile(default)
    if url.startswith(SQLITE):
        return SqliteFile(type(default)(url.removeprefix(SQLITE)))
    from bot.store.database.postgres import PostgresServer  # noqa: PLC0415 - its driver is an extra

    return PostgresServer(url)
