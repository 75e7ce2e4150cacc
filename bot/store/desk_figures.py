"""Rows that tell how desks keep their word, and how entries did in the audits, of one period."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from bot.store.audits import AUDIT
from bot.store.staff_tables import labels
from bot.store.tables import turns
from bot.store.ticket_tables import ticket_events, tickets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.figures import Cohort


class Handled(NamedTuple):
    """A ticket as its desk is judged by it; moments as of :class:`bot.escalation.tickets.Ticket`.

    Attributes:
        is_live: whether it goes on.
    """

    desk: str
    is_live: bool
    opened_at: datetime
    first_reply_at: datetime | None
    due_at: datetime | None


class Audited(NamedTuple):
    """How the direct answers with one entry were judged in the audits."""

    right: int = 0
    wrong: int = 0


async def handled_tickets(connection: AsyncConnection, cohort: Cohort) -> list[Handled]:
    """The tickets that were opened in a period."""
    columns = tickets.c.desk, tickets.c.state, tickets.c.opened_at
    query = select(*columns, tickets.c.first_reply_at, tickets.c.due_at).where(
        tickets.c.opened_at >= cohort.since, tickets.c.opened_at < cohort.until
    )
    if cohort.channel:
        query = query.where(tickets.c.channel == cohort.channel)
    rows = await connection.execute(query)
    return [Handled(r[0], r[1] not in ("closed", "erased"), *r[2:]) for r in rows]


async def transfers_away(connection: AsyncConnection, cohort: Cohort) -> dict[str, int]:
    """How many tickets opened in a period each desk gave to another one: it was the wrong desk."""
    inside = tickets.c.opened_at >= cohort.since, tickets.c.opened_at < cohort.until
    query = (
        select(ticket_events.c.what, func.count())
        .join_from(tickets, ticket_events)
        .where(*inside, ticket_events.c.kind == "transferred")
        .group_by(ticket_events.c.what)
    )
    if cohort.channel:
        query = query.where(tickets.c.channel == cohort.channel)
    found: dict[str, int] = {}
    for what, number in await connection.execute(query):
        desk = what.partition(" -> ")[0]
        found[desk] = found.get(desk, 0) + int(number)
    return found


async def audited_entries(connection: AsyncConnection, cohort: Cohort) -> dict[str, Audited]:
    """How the direct answers of a period were judged, by entry."""
    query = (
        select(turns.c.entry, labels.c.verdict, func.count())
        .join_from(turns, labels)
        .where(turns.c.at >= cohort.since, turns.c.at < cohort.until)
        .where(turns.c.entry.is_not(None), labels.c.origin == AUDIT)
        .group_by(turns.c.entry, labels.c.verdict)
    )
    if cohort.channel:
        query = query.where(turns.c.channel == cohort.channel)
    found: dict[str, Audited] = {}
    for entry, verdict, number in await connection.execute(query):
        if verdict in Audited._fields:
            found[entry] = found.get(entry, Audited())._replace(**{verdict: int(number)})
    return found
