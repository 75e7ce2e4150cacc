"""Rows that wait for one process to work on them; it holds them until they are settled.

A hold ends by itself, so that what a dead process held is taken over. Only the first unfinished
row of a chat can be taken: that keeps the order within a chat, and a chat in one pair of hands.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, true, update

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

    from sqlalchemy import ColumnElement, Row, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.writer import Writer


class Leases:
    """The pending rows of one table.

    Args:
        writer: everything is written through it.
        table: with ``id, chat, state, attempts, holder, lease``.
        holder: a name of this process.
        length: how long a process may be silent before another takes over.
    """

    def __init__(self, writer: Writer, table: Table, holder: str, length: timedelta) -> None:
        self._writer = writer
        self._table = table
        self._holder = holder
        self._length = length

    async def take(
        self, wanted: ColumnElement[bool], columns: Sequence[str], limit: int
    ) -> Sequence[Row[Any]]:
        """Hold the first pending row of each free chat, oldest first, at most ``limit``.

        Args:
            wanted: what else must be true of a row.
            columns: what is told of each; the first is its id.
            limit: how many at most.
        """
        table, now = self._table, datetime.now(UTC)
        unheld = or_(table.c.lease.is_(None), table.c.lease < now)
        free = and_(table.c.state == "pending", unheld, ~self._earlier(), wanted)
        first = select(table.c.id).where(free).order_by(table.c.id).limit(limit)
        taken = (
            update(table)
            # In a file there is nothing to skip; its dialect leaves those words out.
            .where(table.c.id.in_(first.with_for_update(skip_locked=True)))
            .values(holder=self._holder, lease=now + self._length, attempts=table.c.attempts + 1)
            .returning(*(table.c[name] for name in columns))
        )

        async def work(connection: AsyncConnection) -> Sequence[Row[Any]]:
            return sorted((await connection.execute(taken)).all(), key=lambda row: int(row[0]))

        return await self._writer.run(work)

    def _earlier(self) -> ColumnElement[bool]:
        table, other = self._table, self._table.alias()
        return (
            select(other.c.id)
            .where(
                other.c.state == "pending", other.c.chat == table.c.chat, other.c.id < table.c.id
            )
            .exists()
        )

    async def settle(
        self, connection: AsyncConnection, number: int, values: Mapping[str, object]
    ) -> bool:
        """In a transaction: let go of a row with new values; False when another holds it by now."""
        table = self._table
        ours = table.c.id == number, table.c.state == "pending", table.c.holder == self._holder
        settled = update(table).where(*ours).values(**values, lease=None, holder=None)
        return (await connection.execute(settled)).rowcount == 1

    async def settle_alone(self, number: int, values: Mapping[str, object]) -> bool:
        """The same in a transaction of its own."""
        return await self._writer.run(lambda connection: self.settle(connection, number, values))

    async def release(self, *, everybody: bool = False) -> None:
        """Give back what this process holds; with ``everybody``, what any process holds."""
        table = self._table
        whose = true() if everybody else table.c.holder == self._holder
        given_back = update(table).where(table.c.state == "pending", whose)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(given_back.values(lease=None, holder=None))

        await self._writer.run(work)
