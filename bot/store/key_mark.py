"""Knows the key that a database was written with, so that another one is refused.

With another key nobody is recognised: ``forget`` would find nobody, erase nothing and say that it
is done.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.ops.keys import derive_key
from bot.store import StoreError
from bot.store.database.database import explain_errors
from bot.store.tables import insert_new, key_marks

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database.database import Database

_PURPOSE = b"aiguilleur: the key of this database"
_ONLY = 1
"""The number of the one row: processes that start together write the same one."""


def mark_of(key: bytes) -> str:
    """What is kept of a key: 64 hexadecimal digits that tell nothing of it."""
    return derive_key(key, _PURPOSE).hex()


async def read_mark(database: Database) -> str | None:
    """The mark in a database of this version's schema; None when no key was used yet.

    Raises:
        StoreError: it cannot be read.
    """
    engine = database.reading()
    try:
        with explain_errors(database):
            async with engine.begin() as connection:
                return await read_key_mark(connection)
    finally:
        await engine.dispose()


async def check_key(connection: AsyncConnection, key: bytes, name: str) -> None:
    """In a transaction: refuse another key than that of the database; the first one is noted.

    Args:
        connection: of the transaction.
        key: the secret of the pseudonyms.
        name: of the database, for the message.

    Raises:
        StoreError: it is another one.
    """
    row = {"id": _ONLY, "mark": mark_of(key)}
    await connection.execute(insert_new(key_marks, connection.dialect.name).values(row))
    if not is_key_of(await read_key_mark(connection), key):
        raise StoreError(other_key(name))


def is_key_of(mark: str | None, key: bytes) -> bool:
    """Whether a database with that mark was written with ``key``, or with none yet."""
    return mark is None or hmac.compare_digest(mark, mark_of(key))


def other_key(name: str) -> str:
    """What is said when a database was written with another key."""
    return (
        f"{name} was written with another key: set the PSEUDONYM_KEY that the service had, or "
        "copy its pseudonym.key from a backup into DATA_DIR; nothing was changed"
    )


async def read_key_mark(connection: AsyncConnection) -> str | None:
    """In a transaction: the mark of a database; None when no key was used yet."""
    found = select(key_marks.c.mark).where(key_marks.c.id == _ONLY)
    mark: str | None = (await connection.execute(found)).scalar_one_or_none()
    return mark
