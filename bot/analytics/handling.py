"""How desks handle what is handed to them: delays in working time, promises, wrong desks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

from bot.analytics.overview import Share
from bot.escalation.opening_hours import NeverOpenError, OpeningHours
from bot.store.desk_figures import handled_tickets, transfers_away
from bot.store.figures import Cohort
from kb.opening import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.store.desk_figures import Handled
    from bot.store.store import Transaction
    from kb.entries import Desk

HandledDesks: TypeAlias = "dict[str, Handling]"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Handling:
    """What became of the tickets of one desk, or of all, that were opened in a period.

    Attributes:
        tickets: how many; ``overdue``: of those that go on, how many wait past their moment.
        away: how many it gave to another desk: at least so many were brought to the wrong one.
        hours: working time until the first reply of each that has one, in hours.
        kept: how many first replies came within what the desk says; ``promised``: of how many,
            those among them that still wait past it.
    """

    tickets: int = 0
    overdue: int = 0
    away: int = 0
    hours: list[float] = field(default_factory=list)
    kept: int = 0
    promised: int = 0

    @property
    def median_hours(self) -> float | None:
        """Half of the first replies came within this working time; None without any."""
        return median(self.hours) if self.hours else None

    @property
    def wrong(self) -> Share:
        """The share that was given to another desk."""
        return Share(self.away, self.tickets + self.away)

    @property
    def word(self) -> Share:
        """The share of promises that were kept."""
        return Share(self.kept, self.promised)


async def handling_by_desk(
    transaction: Transaction, cohort: Cohort, desks: Mapping[str, Desk]
) -> HandledDesks:
    """How each desk handled the tickets of a period; desks without any are left out."""
    away = await transfers_away(transaction, cohort)
    found: dict[str, Handling] = {}
    for ticket in await handled_tickets(transaction, cohort):
        _count(found.setdefault(ticket.desk, Handling()), ticket, cohort, desks.get(ticket.desk))
    for desk, number in away.items():
        found.setdefault(desk, Handling()).away = number
    return found


def add_up(handled: Iterable[Handling]) -> Handling:
    """All desks as one."""
    total = Handling()
    for one in handled:
        total.tickets += one.tickets
        total.overdue += one.overdue
        total.away += one.away
        total.hours += one.hours
        total.kept += one.kept
        total.promised += one.promised
    return total


async def handling_ever(
    transaction: Transaction, desks: Mapping[str, Desk], now: datetime
) -> HandledDesks:
    """How each desk handled all tickets that are kept, as :func:`handling_by_desk`."""
    return await handling_by_desk(transaction, Cohort(_FIRST, now + _DAY, now), desks)


def _count(handling: Handling, ticket: Handled, cohort: Cohort, desk: Desk | None) -> None:
    handling.tickets += 1
    handling.overdue += bool(ticket.is_live and ticket.due_at and ticket.due_at < cohort.now)
    if desk is None:
        return
    hours, replied_at = OpeningHours.of(desk), ticket.first_reply_at
    if replied_at is not None:
        handling.hours.append(hours.between(ticket.opened_at, replied_at) / _HOUR)
    due_at = _promised_at(ticket, desk, hours)
    # Whoever still waits is a broken word from then on; who went without a reply needed none.
    waits = replied_at is None and ticket.is_live
    if due_at is not None and (replied_at is not None or (waits and due_at < cohort.now)):
        handling.promised += 1
        handling.kept += replied_at is not None and replied_at <= due_at


def _promised_at(ticket: Handled, desk: Desk, hours: OpeningHours) -> datetime | None:
    """Until when the desk says that it replies; None: it says nothing, or never opens."""
    if not desk.reply_within:
        return None
    try:
        return hours.add(ticket.opened_at, parse_duration(desk.reply_within))
    except NeverOpenError:
        return None
