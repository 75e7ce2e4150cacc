"""Figures over the journal, read and never written."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import case, distinct, func, select

from bot.store.database.database import explain_errors
from bot.store.tables import feedback, turns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from sqlalchemy import Column
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database.database import Database


class Count(NamedTuple):
    """How often a name occurs."""

    name: str
    times: int


class Complaint(NamedTuple):
    """An entry, the turns in which it was said useless, and those in which anything was said."""

    entry: str
    useless: int
    judged: int


class Span(NamedTuple):
    """How many turns there are, and the first and the last moment; None when there is none."""

    turns: int
    since: datetime | None
    until: datetime | None


NOTHING = Span(0, None, None)


class Reader:
    """The questions that a report asks; all of them see the same moment of the journal."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def span(self) -> Span:
        """Number of turns and period covered."""
        query = select(func.count(), func.min(turns.c.at), func.max(turns.c.at))
        number, since, until = (await self._connection.execute(query.select_from(turns))).one()
        return Span(number, since, until)

    async def actions(self) -> list[Count]:
        """Turns by action, most frequent first."""
        return await self._counts(turns.c.action)

    async def desks(self) -> list[Count]:
        """Turns by desk routed to, most frequent first."""
        return await self._counts(turns.c.desk)

    async def entries(self, limit: int) -> list[Count]:
        """The entries answered with most often."""
        return await self._counts(turns.c.entry, limit)

    async def _counts(self, column: Column[str], limit: int | None = None) -> list[Count]:
        times = func.count()
        query = select(column, times).where(column.is_not(None)).group_by(column)
        rows = await self._connection.execute(query.order_by(times.desc(), column).limit(limit))
        return [Count(name, number) for name, number in rows]

    async def complaints(self, limit: int) -> list[Complaint]:
        """The entries said useless most often; clicks on one turn count once."""
        turn = feedback.c.turn_id
        useless = func.count(distinct(case((feedback.c.value == "no", turn))))
        query = (
            select(turns.c.entry, useless, func.count(distinct(turn)))
            .join_from(feedback, turns)
            .where(feedback.c.kind == "useful", turns.c.entry.is_not(None))
            .group_by(turns.c.entry)
            .having(useless > 0)
            .order_by(useless.desc(), func.count(distinct(turn)), turns.c.entry)
            .limit(limit)
        )
        rows = await self._connection.execute(query)
        return [Complaint(entry, no, judged) for entry, no, judged in rows]

    async def median_latency(self, number: int) -> float:
        """The median of ``latency_ms`` over all the turns, ``number`` of them; 0 without any."""
        middle = select(turns.c.latency_ms).order_by(turns.c.latency_ms)
        query = middle.offset(max(0, (number - 1) // 2)).limit(2 - number % 2)
        values = (await self._connection.execute(query)).scalars().all()
        return sum(values) / len(values) if values else 0.0


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[Reader]:
    """A reader of an existing journal; nothing it does can change it.

    Raises:
        StoreError: the file cannot be read, or holds no journal.
    """
    engine = database.reading()
    try:
        with explain_errors(database):
            async with engine.begin() as connection:
                yield Reader(connection)
    finally:
        await engine.dispose()
