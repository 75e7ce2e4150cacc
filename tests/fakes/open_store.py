"""A real store in a file of the test's, and a journal that commits each call by itself."""

from __future__ import annotations

import functools
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.store.database.migrate import upgrade
from bot.store.database.sqlite import SqliteFile
from bot.store.pseudonym import Pseudonym
from bot.store.scrubber import NO_TEXT
from bot.store.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from sqlalchemy import Select

    from bot.store.database.database import Database
    from bot.store.store import Transaction

KEY = b"key"


async def open_store(where: Path | Database, key: bytes = KEY) -> Store:
    """A store in a new or an older database; close it, or use it as a context.

    A file that is new to its test is a copy, for the migrations are many; a ``Database`` is not.
    """
    if isinstance(where, Path):
        if not where.exists() and where.parent.exists():
            where.write_bytes(_newest())
        where = SqliteFile(where)
    return await Store.open(where, key, Pseudonym(key))


@functools.cache
def _newest() -> bytes:
    """A file of the newest schema, and nothing in it."""
    with tempfile.TemporaryDirectory() as folder:
        upgrade(Path(folder) / "aiguilleur.db")
        return (Path(folder) / "aiguilleur.db").read_bytes()


async def found(store: Store, query: Select[Any]) -> list[tuple[Any, ...]]:
    """The rows that a query finds."""

    async def work(connection: Transaction) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await connection.execute(query)]

    return await store.write(work)


async def rows(where: Path | Database, query: Select[Any]) -> list[tuple[Any, ...]]:
    """The same in a database that somebody else may have open."""
    async with await open_store(where) as store:
        return await found(store, query)


class OneByOne:
    """A ``bot.conversation.ports.Journal`` each of whose calls is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: Any) -> object:  # noqa: ANN401 - of any method
            scrubbed = NO_TEXT
            if name == "record_turn":
                scrubbed = await self.store.scrub(arguments[0])

            async def work(connection: Transaction) -> object:
                journal = self.store.journal(connection, scrubbed=scrubbed)
                return await getattr(journal, name)(*arguments)

            return await self.store.write(work)

        return call


@asynccontextmanager
async def journal_in(where: Path | Database) -> AsyncIterator[OneByOne]:
    """A journal over a store that is closed at the end."""
    async with await open_store(where) as store:
        yield OneByOne(store)
