"""How desks handle what is handed to them: delays in working time, promises, wrong desks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from bot.analytics.overview import Share
from bot.escalation.opening_hours import NeverOpenError, OpeningHours
from bot.store.desk_figures import handled_tickets, transfers_away
from kb.opening import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.store.desk_figures import Handled
    from bot.store.figures import Cohort
    from bot.store.store import Transaction
    from kb.entries import Desk

_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Handling:
    """What became of the tickets of one desk, or of all, that were opened in a period.

    Attributes:
        tickets: how many; ``overdue``: of those that go on, how many wait past their moment.
        away: how many it gave to another desk: at least so many were brought to the wrong one.
        hours: working time until the first reply of each that has one, in hours.
        kept: how many first replies came within what the desk says; ``promised``: of how many.
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
) -> dict[str, Handling]:
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


def _count(handling: Handling, ticket: Handled, cohort: Cohort, desk: Desk | None) -> None:
    handling.tickets += 1
    handling.overdue += bool(ticket.is_live and ticket.due_at and ticket.due_at < cohort.now)
    if ticket.first_reply_at is None or desk is None:
        return
    hours = OpeningHours.of(desk)
    handling.hours.append(hours.between(ticket.opened_at, ticket.first_reply_at) / _HOUR)
    if desk.reply_within:
        try:
            due_at = hours.add(ticket.opened_at, parse_duration(desk.reply_within))
        except NeverOpenError:
            return
        handling.promised += 1
        handling.kept += ticket.first_reply_at <= due_at
