"""Rows that wait for one process to work on them; it holds them until they are settled.

A hold ends by itself, so that what a dead process held is taken over. A chat can be taken only
while nobody holds any of its rows: that keeps it in one pair of hands, and in order.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, literal, not_, or_, select, true, update

from bot.store import StoreError
from bot.store.boxes.waiting import first_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Row, Select, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.writer import Writer

LEASE = timedelta(seconds=15)
"""How long a process may be silent before another takes over what it held."""

RENEW_SECONDS = 3.0
LANE = 32
"""Rows of one chat that are held at once, at most: whoever floods us does not fill the memory."""


class Leases:
    """The pending rows of one table.

    Args:
        writer: everything is written through it.
        table: with ``id, source, chat, state, attempts, holder, lease``.
        source: whose rows; what others have in the same chat is nothing to us.
        holder: a name of this process.
        length: how long a process may be silent before another takes over.
    """

    def __init__(
        self, writer: Writer, table: Table, source: str, holder: str, length: timedelta
    ) -> None:
        self._writer = writer
        self._table = table
        self._source = source
        self._holder = holder
        self._length = length
        # What is really in hand: a row whose taking or settling was lost with the connection is
        # held in the table alone, and must come free.
        self._in_hand: set[int] = set()
        # Built once: it is needed twice a message.
        self._settled = update(table).where(
            table.c.id == bindparam("number"),
            table.c.state == "pending",
            table.c.holder == holder,
        )

    async def take(
        self,
        wanted: ColumnElement[bool],
        columns: Sequence[str],
        limit: int,
        among: ColumnElement[bool] | None = None,
    ) -> list[list[Row[Any]]]:
        """Hold what waits in free chats, at most ``limit`` of them, the oldest first.

        Args:
            wanted: what else must be true of the first row of a chat.
            columns: what is told of each row, ``id`` and ``chat`` among it.
            limit: how many chats at most.
            among: which rows there are at all; the others neither wait nor make others wait.

        Returns:
            For each chat its first rows, in order, at most ``LANE`` of them.
        """
        numbers: list[int] = []
        there = (*self._pending(), *(() if among is None else (among,)))
        free = first_rows(self._table, there, wanted, self._held_chats(), limit=limit, length=LANE)

        async def work(connection: AsyncConnection) -> Sequence[Row[Any]]:
            let_go()  # of what a first try took, which was undone
            rows = await self._choose_rows(connection, wanted, columns, free)
            numbers.extend(int(row.id) for row in rows)
            # Before the commit: a renewal may follow it at once.
            self._in_hand.update(numbers)
            return rows

        def let_go() -> None:
            self._in_hand.difference_update(numbers)
            numbers.clear()

        try:
            return _by_chat(await self._writer.run(work, urgent=True))
        except Exception:
            let_go()
            raise

    async def _choose_rows(
        self,
        connection: AsyncConnection,
        wanted: ColumnElement[bool],
        columns: Sequence[str],
        query: Select[Any],
    ) -> Sequence[Row[Any]]:
        free = (await connection.execute(query)).all()
        # Only one process serves from a file: nobody can come between.
        shared = connection.dialect.name != "sqlite"
        if free and shared:
            free = await self._lock_rows(connection, free, wanted)
        rows = await self._hold_rows(connection, free, columns) if free else ()
        return await self._give_back_contested(connection, rows) if rows and shared else rows

    async def _lock_rows(
        self, connection: AsyncConnection, free: Sequence[Row[Any]], wanted: ColumnElement[bool]
    ) -> list[Row[Any]]:
        """The rows that are still free; those that another process is taking are passed over."""
        table = self._table
        still = table.c.id.in_(_heads(free)), *self._pending(), self._is_free(), wanted
        first = select(table.c.chat).where(*still).with_for_update(skip_locked=True)
        chats = set((await connection.execute(first)).scalars())
        return [row for row in free if row.chat in chats]

    async def _hold_rows(
        self, connection: AsyncConnection, free: Sequence[Row[Any]], columns: Sequence[str]
    ) -> Sequence[Row[Any]]:
        """Hold rows; the first one of each chat is about to be tried once more."""
        table = self._table
        numbers = [row.id for row in free]
        tried = case((table.c.id.in_(_heads(free)), 1), else_=0)
        taking = (
            update(table)
            .where(table.c.id.in_(numbers), *self._pending(), self._is_free())
            .values(
                holder=self._holder,
                lease=self._writer.moment(self._length),
                attempts=table.c.attempts + tried,
            )
            .returning(*(table.c[name] for name in columns))
        )
        return (await connection.execute(taking)).all()

    async def _give_back_contested(
        self, connection: AsyncConnection, rows: Sequence[Row[Any]]
    ) -> list[Row[Any]]:
        """The rows of chats that no other process holds; the others are given back.

        What was put in order may become visible out of order. Then two processes choose different
        first rows of a chat; the second one has waited for the first, and finds its hold here.
        """
        table = self._table
        held = select(table.c.chat).where(
            *self._pending(),
            table.c.chat.in_({row.chat for row in rows}),
            table.c.holder != self._holder,
            table.c.lease >= self._writer.moment(),
        )
        theirs = set((await connection.execute(held.distinct())).scalars())
        if theirs:
            numbers = [row.id for row in rows if row.chat in theirs]
            yielded = update(table).where(table.c.id.in_(numbers))
            await connection.execute(yielded.values(lease=None, holder=None))
        return [row for row in rows if row.chat not in theirs]

    def _held_chats(self) -> Select[Any]:
        """The chats that somebody has in hand."""
        table = self._table
        held = table.c.source == self._source, table.c.lease.is_not(None), not_(self._is_free())
        return select(table.c.chat).where(*held)

    def _pending(self) -> tuple[ColumnElement[bool], ...]:
        # As a word of the statement: an index with a condition is used for no other.
        pending = literal("pending", literal_execute=True)
        return self._table.c.state == pending, self._table.c.source == self._source

    def _is_free(self) -> ColumnElement[bool]:
        return or_(self._table.c.lease.is_(None), self._lease_is_over())

    def _lease_is_over(self) -> ColumnElement[bool]:
        table = self._table
        return and_(table.c.lease < self._writer.moment(), table.c.id.not_in(self._in_hand))

    async def settle(
        self,
        connection: AsyncConnection,
        number: int,
        values: Mapping[str, object],
        **computed: ColumnElement[Any],
    ) -> bool:
        """In a transaction: let go of a row with new values; False when another holds it by now.

        Args:
            connection: of the transaction.
            number: of the row.
            values: its new ones.
            computed: those that the database is to work out.
        """
        row = {"number": number, **values, "lease": None, "holder": None}
        settled = self._settled.values(computed) if computed else self._settled
        self._in_hand.discard(number)
        return (await connection.execute(settled, row)).rowcount == 1

    async def settle_alone(
        self, number: int, values: Mapping[str, object], **computed: ColumnElement[Any]
    ) -> bool:
        """Settle a row, as :meth:`settle` does, in a transaction of its own."""
        with self.keep_in_hand(number):
            return await self._writer.run(
                lambda connection: self.settle(connection, number, values, **computed), urgent=True
            )

    @contextmanager
    def keep_in_hand(self, number: int) -> Iterator[None]:
        """Keep a row in hand when the block that settles it fails because of the database.

        The block is tried again later; without this, the lease would run out meanwhile and this
        very process would take the row a second time.
        """
        try:
            yield
        except StoreError:
            self._in_hand.add(number)
            raise

    async def renew(self) -> None:
        """Prolong the leases of this process; to be called well before they run out."""
        table = self._table
        ours = table.c.id.in_(self._in_hand), table.c.holder == self._holder
        longer = update(table).where(*ours).values(lease=self._writer.moment(self._length))

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(longer)

        await self._writer.run(work)

    async def give_back(self, numbers: Sequence[int]) -> None:
        """Give rows back that this process took and does not work on after all."""
        table = self._table
        ours = table.c.id.in_(numbers), table.c.state == "pending", table.c.holder == self._holder
        given_back = update(table).where(*ours).values(lease=None, holder=None)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(given_back)
            self._in_hand.difference_update(numbers)

        await self._writer.run(work)

    async def release(self, *, everybody: bool = False) -> None:
        """End the leases of this process; with ``everybody``, those of all processes."""
        table = self._table
        whose = true() if everybody else table.c.holder == self._holder
        given_back = update(table).where(table.c.state == "pending", whose)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(given_back.values(lease=None, holder=None))

        await self._writer.run(work)


def _heads(rows: Sequence[Row[Any]]) -> list[int]:
    """The first row of each chat."""
    return [row.id for row in rows if row.place == 1]


def _by_chat(rows: Sequence[Row[Any]]) -> list[list[Row[Any]]]:
    lanes: dict[str, list[Row[Any]]] = {}
    for row in sorted(rows, key=lambda row: int(row.id)):
        lanes.setdefault(row.chat, []).append(row)
    return list(lanes.values())
