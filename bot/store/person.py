"""Everything about one chat, in whatever table it lies: counted, shown whole, or erased."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, true

from bot.store.keeping import PENDING, tables_by_chat
from bot.store.schema import metadata
from bot.store.tables import turns

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.keeping import Keeping
    from bot.store.vault import Vault


async def everything_about(connection: AsyncConnection, vault: Vault, chat: str) -> dict[str, Any]:
    """Every row that belongs to the chat of a pseudonym, by table, in order of time.

    What is sealed is opened: it is theirs.
    """
    return {
        table.name: [
            _open_sealed(vault, keeping, row)
            for row in await _rows(connection, table, theirs(table, chat))
        ]
        for table, keeping, theirs in tables_by_chat(metadata)
    }


async def count_rows(connection: AsyncConnection, chat: str) -> dict[str, int]:
    """How many rows belong to the chat of a pseudonym, by table."""
    counts = {}
    for table, _, theirs in tables_by_chat(metadata):
        number = select(func.count()).select_from(table).where(theirs(table, chat))
        counts[table.name] = int((await connection.execute(number)).scalar_one())
    return counts


async def erase(connection: AsyncConnection, chat: str) -> int:
    """Erase what links a chat to anything, what waits to be answered or sent too; its turns."""
    for table, keeping, theirs in reversed(tables_by_chat(metadata)):
        if keeping.queue:
            waiting = theirs(table, chat), table.c.state == PENDING
            await connection.execute(delete(table).where(*waiting))
    return await forget_chat(connection, chat)


async def forget_chat(connection: AsyncConnection, chat: str) -> int:
    """Erase what links the chat of a pseudonym to anything but what waits; its number of turns."""
    counts = {}
    now = datetime.now(UTC)
    # What refers to another table's rows is found through them, so it goes first.
    for table, keeping, theirs in reversed(tables_by_chat(metadata)):
        if keeping.later is not None:
            later = table.c.state == PENDING, keeping.later(table, now)
            await connection.execute(delete(table).where(theirs(table, chat), *later))
        if keeping.erase is not None:
            settled = table.c.state != PENDING if keeping.queue else true()
            erased = keeping.erase(table, theirs(table, chat) & settled)
            counts[table.name] = (await connection.execute(erased)).rowcount
    return counts[turns.name]


async def _rows(
    connection: AsyncConnection, table: Table, theirs: ColumnElement[bool]
) -> list[dict[str, Any]]:
    found = select(table).where(theirs).order_by(*table.primary_key.columns)
    return [dict(row) for row in (await connection.execute(found)).mappings()]


def _open_sealed(vault: Vault, keeping: Keeping, row: dict[str, Any]) -> dict[str, Any]:
    opened = {name: vault.open_or_none(row[name]) if row[name] else None for name in keeping.sealed}
    return {**row, **opened}
