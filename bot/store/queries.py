"""Reads the figures of the journal for reports; writes nothing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import case, distinct, func, select

from bot.conversation.turns import ENTRY_PREFIX, IMPORTED, NO, TEXT, USEFUL
from bot.store.database.database import explain_errors
from bot.store.database.revision import (
    newest_revision,
    read_revision,
    refuse_other_revision,
)
from bot.store.tables import feedback, turns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from sqlalchemy import ColumnElement
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
_SHOWN = turns.c.shown["kind"].as_string()


class Reader:
    """The questions that a report asks; all of them see the same moment of the journal."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def span(self) -> Span:
        """Number of turns and period covered."""
        query = select(func.count(), func.min(turns.c.at), func.max(turns.c.at))
        return Span(*(await self._connection.execute(query.where(turns.c.kind != IMPORTED))).one())

    async def actions(self) -> list[Count]:
        """Turns by what was decided, most frequent first."""
        return await self._counts(turns.c.action)

    async def shown(self) -> list[Count]:
        """Turns with words by what their reply showed, most frequent first."""
        return await self._counts(_SHOWN, turns.c.kind == TEXT)

    async def wordless(self) -> list[Count]:
        """Turns without words by what came instead, most frequent first."""
        return await self._counts(turns.c.kind, turns.c.kind.not_in((TEXT, IMPORTED)))

    async def desks(self) -> list[Count]:
        """Turns by desk shown at first, most frequent first."""
        return await self._counts(turns.c.desk, _SHOWN == "desks")

    async def entries(self, limit: int) -> list[Count]:
        """The entries shown as answers most often."""
        return await self._counts(turns.c.entry, _SHOWN == "answer", limit=limit)

    async def _counts(
        self, column: ColumnElement[Any], *where: ColumnElement[bool], limit: int | None = None
    ) -> list[Count]:
        name, times = column.label("name"), func.count().label("times")
        query = select(name, times).where(column.is_not(None), *where).group_by(name)
        rows = await self._connection.execute(query.order_by(times.desc(), name).limit(limit))
        return [Count(name, number) for name, number in rows]

    async def complaints(self, limit: int) -> list[Complaint]:
        """The entries judged useless most often, whichever way they came to be shown.

        What is said several times of an entry on one turn counts once.
        """
        turn, about = feedback.c.turn_id, feedback.c.about
        useless = func.count(distinct(case((feedback.c.value == NO, turn))))
        judged = func.count(distinct(turn))
        query = (
            select(about, useless, judged)
            .where(feedback.c.kind == USEFUL, about.startswith(ENTRY_PREFIX, autoescape=True))
            .group_by(about)
            .having(useless > 0)
            .order_by(useless.desc(), judged, about)
            .limit(limit)
        )
        rows = await self._connection.execute(query)
        return [Complaint(name.removeprefix(ENTRY_PREFIX), *numbers) for name, *numbers in rows]

    async def median_latency(self) -> float:
        """The median of ``latency_ms`` over the messages with words; 0 when there is none.

        The second question of a message was decided with the first: its turn has no time.
        """
        timed = turns.c.kind == TEXT, turns.c.latency_ms > 0
        counted = select(func.count()).select_from(turns).where(*timed)
        number = int((await self._connection.execute(counted)).scalar_one())
        middle = select(turns.c.latency_ms).where(*timed).order_by(turns.c.latency_ms)
        query = middle.offset(max(0, (number - 1) // 2)).limit(2 - number % 2)
        values = (await self._connection.execute(query)).scalars().all()
        return sum(values) / len(values) if values else 0.0


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[Reader]:
    """A reader of an existing journal; nothing it does can change it.

    Raises:
        StoreError: the file cannot be read, or holds no journal of this version.
    """
    engine = database.reading()
    try:
        with explain_errors(database):
            async with engine.begin() as connection:
                found = await connection.run_sync(read_revision)
                refuse_other_revision(database.name, found, newest_revision())
                yield Reader(connection)
    finally:
        await engine.dispose()
