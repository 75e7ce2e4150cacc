"""Tickets as they are read; on a server, those at hand are held until the transaction ends."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from bot.escalation.ports import FirstReply, Post
from bot.escalation.tickets import LIVE, Ticket
from bot.store.tables import turns
from bot.store.ticket_tables import tickets

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import Incoming
    from bot.escalation.tickets import State
    from bot.store.pseudonym import Pseudonym
    from bot.store.vault import Vault

CANDIDATES = 3
"""Answers that a desk is offered, at most."""

_NAMES = tuple(field.name for field in fields(Ticket))
COLUMNS = tuple(tickets.c[name] for name in _NAMES)
"""What a :class:`bot.escalation.tickets.Ticket` is read from."""


def to_ticket(row: Row[Any]) -> Ticket:
    """The ticket of a row of ``COLUMNS``."""
    return Ticket(**dict(zip(_NAMES, row, strict=True)))


class TicketReader:
    """The half of ``bot.escalation.ports.Tickets`` that changes nothing."""

    _connection: AsyncConnection
    _vault: Vault
    _pseudonym: Pseudonym

    async def get(self, ticket_id: int) -> Ticket | None:
        """The ticket of an id, held until the transaction ends."""
        return await self._first(tickets.c.id == ticket_id)

    async def find(self, number: str) -> Ticket | None:
        """The ticket of a number, held until the transaction ends."""
        return await self._first(tickets.c.number == number)

    async def live_of(self, incoming: Incoming) -> list[Ticket]:
        """The tickets of a chat that go on, the newest first, held until the transaction ends."""
        here = tickets.c.chat == self._chat(incoming), tickets.c.state.in_(sorted(LIVE))
        return await self._all(_newest(*here).with_for_update())

    async def of_chat(self, incoming: Incoming, limit: int) -> list[Ticket]:
        """The last tickets of a chat, the newest first."""
        return await self._all(_newest(tickets.c.chat == self._chat(incoming)).limit(limit))

    async def list_all(
        self, states: Collection[State] = (), desk: str = "", limit: int = 100
    ) -> list[Ticket]:
        """Tickets in these states (none: any) of this desk (empty: any), the newest first."""
        where: list[ColumnElement[bool]] = []
        if states:
            where.append(tickets.c.state.in_(sorted(states)))
        if desk:
            where.append(tickets.c.desk == desk)
        return await self._all(_newest(*where).limit(limit))

    async def of_thread(self, source: str, chat: str, thread: int) -> Ticket | None:
        """The ticket of a topic in a group that is named by its pseudonym."""
        group = tickets.c.place_source == source, tickets.c.place_chat == chat
        return await self._first(*group, tickets.c.thread == thread)

    async def address_of(self, ticket: Ticket) -> str:
        """The channel's own id of the asker's chat; empty: it is erased."""
        opened = await self._open(tickets.c.address, ticket)
        return str(opened["chat"]) if opened else ""

    async def place_of(self, ticket: Ticket) -> Post | None:
        """Where the desk has its topic; None: nowhere yet."""
        opened = await self._open(tickets.c.place, ticket)
        return Post(**opened) if opened else None

    async def _open(
        self, column: ColumnElement[str | None], ticket: Ticket
    ) -> dict[str, Any] | None:
        found = select(column).where(tickets.c.id == ticket.id)
        sealed = (await self._connection.execute(found)).scalar_one_or_none()
        return self._vault.open_or_none(sealed) if sealed else None

    async def candidates_of(self, ticket: Ticket) -> list[str]:
        """Ids of the entries that the bot thought of when the ticket was asked, best first."""
        found = select(turns.c.candidates).where(turns.c.id == ticket.turn_id)
        kept = (await self._connection.execute(found)).scalar_one_or_none() or []
        return [name for kind, name, _score in kept if kind == "faq"][:CANDIDATES]

    async def count_opened(self, incoming: Incoming, since: datetime) -> int:
        """How many tickets this chat has opened since a moment."""
        here = tickets.c.chat == self._chat(incoming), tickets.c.opened_at >= since
        number = select(func.count()).select_from(tickets).where(*here)
        return int((await self._connection.execute(number)).scalar_one())

    async def count_new(self, desks: Collection[str], since: datetime) -> tuple[int, int]:
        """Tickets of these desks: opened since a moment, and going on without a place there yet."""
        theirs = tickets.c.desk.in_(desks), tickets.c.state.in_(sorted(LIVE))
        new = func.count(case((tickets.c.opened_at >= since, 1)))
        nowhere = func.count(case((tickets.c.thread_state == "", 1)))
        row = (await self._connection.execute(select(new, nowhere).where(*theirs))).one()
        return int(row[0]), int(row[1])

    async def first_replies(self, desk: str, since: datetime) -> list[FirstReply]:
        """The first replies of a desk to tickets opened since a moment."""
        replied = tickets.c.first_reply_at.is_not(None), tickets.c.opened_at >= since
        moments = tickets.c.opened_at, tickets.c.first_reply_at
        found = select(*moments).where(tickets.c.desk == desk, *replied)
        return [FirstReply(*row) for row in await self._connection.execute(found)]

    async def count_live(self, now: datetime) -> list[tuple[str, str, int, int]]:
        """The tickets that go on: desk, state, how many, and how many of them are overdue."""
        late = func.count(case((tickets.c.due_at < now, 1)))
        counts = select(tickets.c.desk, tickets.c.state, func.count(), late)
        live = counts.where(tickets.c.state.in_(sorted(LIVE)))
        rows = await self._connection.execute(live.group_by(tickets.c.desk, tickets.c.state))
        return [(desk, state, number, overdue) for desk, state, number, overdue in rows]

    async def threads_to_delete(self, limit: int) -> list[Ticket]:
        """Erased tickets whose topic is still there."""
        there = tickets.c.state == "erased", tickets.c.thread_state == "deleting"
        return await self._all(_newest(*there).limit(limit))

    async def _first(self, *where: ColumnElement[bool]) -> Ticket | None:
        found = await self._all(_newest(*where).limit(1).with_for_update())
        return found[0] if found else None

    async def _all(self, query: Select[Any]) -> list[Ticket]:
        return [to_ticket(row) for row in await self._connection.execute(query)]

    def _chat(self, incoming: Incoming) -> str:
        return self._pseudonym.of(incoming.channel, incoming.chat)


def _newest(*where: ColumnElement[bool]) -> Select[Any]:
    return select(*COLUMNS).where(*where).order_by(tickets.c.id.desc())
