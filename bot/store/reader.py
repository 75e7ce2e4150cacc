"""Reads beside the writer: a page of figures keeps nobody waiting who is to be answered."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from bot.store.database.database import explain_errors

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.store.database.database import Database

T = TypeVar("T")


class Reader:
    """The connection of a process that only reads, opened when it is first asked for.

    Args:
        database: where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine: AsyncEngine | None = None

    async def run(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """The result of ``work``, all of which sees the same moment.

        Raises:
            StoreError: the database cannot be read.
        """
        async with self.open() as connection:
            return await work(connection)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that changes nothing.

        Raises:
            StoreError: the database cannot be read.
        """
        if self._engine is None:
            self._engine = self._database.reading()
        with explain_errors(self._database):
            async with self._engine.begin() as connection:
                yield connection

    async def aclose(self) -> None:
        """Let go of it."""
        if self._engine is not None:
            await self._engine.dispose()
