"""Counts over the episodes that began in a period, in one transaction: one cohort everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import distinct, func, select

from bot.store.fact_tables import episodes
from bot.store.outcomes import outcome_at

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.outcomes import Outcome

_HOUR = "%Y-%m-%d %H"


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


class Totals(NamedTuple):
    """Three counts that are never taken for one another.

    Attributes:
        episodes: what was wanted; ``people``: chats that wanted it, those that were forgotten
            as one; ``messages``: what was written.
    """

    episodes: int
    people: int
    messages: int


class Cell(NamedTuple):
    """How many episodes of one hour (UTC) ended in one class."""

    hour: datetime
    outcome: Outcome
    number: int


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

    async def totals(self) -> Totals:
        """Episodes, people and messages."""
        people = func.count(distinct(episodes.c.channel + ":" + episodes.c.chat))
        messages = func.coalesce(func.sum(episodes.c.turns), 0)
        query = self._of_cohort(func.count(), people, messages)
        row = (await self._connection.execute(query)).one()
        return Totals(*(int(value) for value in row))

    async def outcomes(self) -> dict[Outcome, int]:
        """Episodes by class; classes that nothing ended in are left out."""
        query = self._of_cohort(self._outcome, func.count()).group_by(self._outcome)
        return {name: int(number) for name, number in await self._connection.execute(query)}

    async def hours(self) -> list[Cell]:
        """Episodes by hour (UTC) and class, in order; hours without any are left out."""
        hour = _hour_of(episodes.c.started_at, self._connection.dialect.name).label("hour")
        query = self._of_cohort(hour, self._outcome, func.count())
        rows = await self._connection.execute(query.group_by(hour, self._outcome).order_by(hour))
        return [Cell(_moment(at), name, int(number)) for at, name, number in rows]

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


def _hour_of(column: ColumnElement[datetime], dialect: str) -> ColumnElement[str]:
    """The hour (UTC) of a moment, as text."""
    if dialect == "postgresql":
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24")
    return func.strftime(_HOUR, column)


def _moment(hour: str) -> datetime:
    return datetime.strptime(hour, _HOUR).replace(tzinfo=UTC)
