"""Counts over the episodes that began in a period, in one transaction: one cohort everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from bot.store.fact_tables import episodes
from bot.store.outcomes import OUTCOMES, outcome_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.outcomes import Outcome

_HOUR = len("2026-11-30 09")


@dataclass(frozen=True, slots=True)
class Cohort:
    """Which episodes are counted.

    Attributes:
        since: the first moment of their start; ``until``: the first moment after it.
        now: the moment of the look, which decides what is too early to tell.
        channel: of this channel alone; empty: of all.
    """

    since: datetime
    until: datetime
    now: datetime
    channel: str = ""


class Cell(NamedTuple):
    """How many episodes of one hour (UTC) and channel ended in each class, and their messages."""

    hour: datetime
    channel: str
    outcomes: dict[Outcome, int]
    messages: int


class Line(NamedTuple):
    """How many episodes of one channel, entry or desk ended in one class."""

    name: str
    outcome: Outcome
    number: int


class Figures:
    """The counts of one cohort.

    Args:
        connection: of the transaction.
        cohort: which episodes.
    """

    def __init__(self, connection: AsyncConnection, cohort: Cohort) -> None:
        self._connection = connection
        self._cohort = cohort
        self._outcome = outcome_at(cohort.now).label("outcome")

    async def people(self) -> int:
        """The chats that wanted something, those that were forgotten as one."""
        # A pseudonym is of one channel: two channels never share one. Grouped, for SQLite counts
        # groups in three quarters of the time that it counts distinct values in.
        chats = self._of_cohort(episodes.c.chat).group_by(episodes.c.chat).subquery()
        query = select(func.count()).select_from(chats)
        return int((await self._connection.execute(query)).scalar_one())

    async def outcomes(self) -> dict[Outcome, int]:
        """Episodes by class; classes that nothing ended in are left out."""
        query = self._of_cohort(self._outcome, func.count()).group_by(self._outcome)
        return {name: int(number) for name, number in await self._connection.execute(query)}

    async def cells(self) -> list[Cell]:
        """Episodes by hour (UTC), channel and class, in order; hours without any are left out."""
        hour = _hour_of(episodes.c.started_at, self._connection.dialect.name).label("hour")
        inside = self._of_cohort(hour, episodes.c.channel, self._outcome, episodes.c.turns)
        # Kept apart, or SQLite would find the class of each episode nine times; and one column a
        # class, since a quarter of the rows to read takes half of the time.
        each = inside.cte("each_one").prefix_with("MATERIALIZED")
        by = each.c.hour, each.c.channel
        numbers = [func.count().filter(each.c.outcome == name) for name in OUTCOMES]
        query = select(*by, func.sum(each.c.turns), *numbers).group_by(*by).order_by(*by)
        rows = (await self._connection.execute(query)).all()
        moments = {hour: _moment(hour) for hour in {row[0] for row in rows}}
        return [Cell(moments[row[0]], row[1], _named(row[3:]), int(row[2])) for row in rows]

    async def by(self, column: str) -> list[Line]:
        """Episodes by ``channel``, ``entry`` or ``desk`` and class; without any: left out."""
        named: ColumnElement[Any] = episodes.c[column]
        query = self._of_cohort(named, self._outcome, func.count())
        query = query.where(named.is_not(None)).group_by(named, self._outcome).order_by(named)
        return [Line(*row) for row in await self._connection.execute(query)]

    def _of_cohort(self, *columns: ColumnElement[Any]) -> Select[Any]:
        cohort = self._cohort
        inside = select(*columns).where(
            episodes.c.started_at >= cohort.since, episodes.c.started_at < cohort.until
        )
        return inside.where(episodes.c.channel == cohort.channel) if cohort.channel else inside


def _named(numbers: Iterable[int]) -> dict[Outcome, int]:
    """Numbers in the order of the classes, by their names, without the zeros."""
    return {name: number for name, number in zip(OUTCOMES, numbers, strict=True) if number}


def _hour_of(column: ColumnElement[datetime], dialect: str) -> ColumnElement[str]:
    """The hour (UTC) of a moment, as text."""
    if dialect == "postgresql":
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24")
    # The start of what is written there: a third of the time that reading it as a moment takes.
    return func.substr(column, 1, _HOUR)


def _moment(hour: str) -> datetime:
    return datetime.fromisoformat(hour).replace(tzinfo=UTC)
