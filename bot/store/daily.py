"""Counts of single days that name nobody: they outlive the rows that they were made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from bot.store.fact_tables import daily, episodes
from bot.store.tables import insert_new

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


class DayCount(NamedTuple):
    """How many episodes of a day and a channel were one thing.

    Attributes:
        day: of Paris.
        channel: where they came by.
        what: what ``name`` is: ``action``, ``outcome``, ``entry`` or ``desk``.
        name: the one thing, or ``autres``.
        number: how many.
    """

    day: date
    channel: str
    what: str
    name: str
    number: int


async def put_counts(connection: AsyncConnection, counts: Sequence[DayCount]) -> None:
    """Keep counts; those of a day that was counted before stay as they are."""
    if counts:
        new = insert_new(daily, connection.dialect.name)
        await connection.execute(new, [count._asdict() for count in counts])


async def first_start(connection: AsyncConnection) -> datetime | None:
    """When the first episode began that is kept; None: there is none."""
    found = await connection.execute(select(func.min(episodes.c.started_at)))
    moment: datetime | None = found.scalar_one()
    return moment


async def read_counts(connection: AsyncConnection) -> list[DayCount]:
    """All counts, in order."""
    rows = await connection.execute(select(daily).order_by(*daily.primary_key.columns))
    return [DayCount(*row) for row in rows]
