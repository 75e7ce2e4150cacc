"""A real store in a file of the test's, and a journal that commits each call by itself."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.pseudonym import Pseudonym
from bot.store.database import SqliteFile
from bot.store.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from bot.store.database import Database

KEY = b"key"


async def open_store(where: Path | Database, key: bytes = KEY) -> Store:
    """A store in a new or an older database; close it, or use it as a context."""
    database = where if hasattr(where, "upgrade") else SqliteFile(where)
    return await Store.open(database, key, Pseudonym(key))


class OneByOne:
    """A ``bot.ports.Journal`` each of whose calls is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: object) -> object:
            return await self.store.write(
                lambda connection: getattr(self.store.journal(connection), name)(*arguments)
            )

        return call


@asynccontextmanager
async def journal_in(where: Path | Database) -> AsyncIterator[OneByOne]:
    """A journal over a store that is closed at the end."""
    async with await open_store(where) as store:
        yield OneByOne(store)
