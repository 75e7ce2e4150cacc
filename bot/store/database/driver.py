"""The SQLite driver, with one trip to its thread a statement.

As SQLAlchemy uses aiosqlite, a statement crosses to the connection's thread and back four times:
to make a cursor, to execute, to fetch, to close. At a hundred messages a second those crossings
cost more than all that SQLite does (measured, a message: 28 like that and with savepoints, 6 like
this and without).
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Self

import aiosqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Connection(aiosqlite.Connection):
    """An ``aiosqlite.Connection`` whose cursors cross to the database's thread once a statement."""

    def cursor(self) -> Cursor:  # type: ignore[override] # what SQLAlchemy needs of one
        """A cursor; the database's thread is not asked yet."""
        return Cursor(self)

    async def trip(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do something in the connection's thread."""
        await self._execute(work, self._conn)  # type: ignore[no-untyped-call]


class Cursor:
    """What SQLAlchemy's adapter asks of an asynchronous cursor; rows are fetched at once.

    Attributes:
        description, rowcount, lastrowid, arraysize: as in PEP 249.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """The cursor itself: it needs no opening."""
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Execute one statement and fetch what it gives."""
        await self._connection.trip(lambda real: self._take(real.execute(sql, parameters)))
        return self

    async def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> Self:
        """Execute one statement for many rows."""
        await self._connection.trip(lambda real: self._take(real.executemany(sql, rows)))
        return self

    def _take(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        # Only once all is fetched does a statement with RETURNING know how many rows it changed.
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()

    async def fetchall(self) -> list[Any]:
        """The rows of the last statement."""
        return self._rows

    async def close(self) -> None:
        """Do nothing: the real cursor is closed once its rows are fetched."""


def connect(
    database: str, *, uri: bool = False, timeout: float = 5.0, check_same_thread: bool = True
) -> Connection:
    """A connection that opens when it is awaited; SQLAlchemy's ``async_creator_fn``.

    Args:
        database: path or URI.
        uri: which of the two.
        timeout: seconds that a statement waits for another program's lock.
        check_same_thread: whether only one thread may use it.
    """

    def open_connection() -> sqlite3.Connection:
        return sqlite3.connect(
            database, uri=uri, timeout=timeout, check_same_thread=check_same_thread
        )

    connection = Connection(open_connection, iter_chunk_size=64)
    # As SQLAlchemy does it: a process that ends without closing is not kept alive.
    connection._thread.daemon = True  # noqa: SLF001
    return connection
