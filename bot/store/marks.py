"""How far work has come that looks at each row of a table once, whichever process does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.store.fact_tables import marks
from bot.store.tables import insert_new

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


async def read_mark(connection: AsyncConnection, name: str) -> int:
    """The last row that was looked at, 0 before the first; held until the transaction ends."""
    first = insert_new(marks, connection.dialect.name).values(name=name, value=0)
    await connection.execute(first)
    query = select(marks.c.value).where(marks.c.name == name).with_for_update()
    return int((await connection.execute(query)).scalar_one())


async def move_mark(connection: AsyncConnection, name: str, value: int) -> None:
    """The row that was looked at last."""
    await read_mark(connection, name)
    await connection.execute(update(marks).where(marks.c.name == name).values(value=value))
