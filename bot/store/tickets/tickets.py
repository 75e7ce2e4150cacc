"""Tickets: numbered without gaps, opened once, changed by one guarded update a step."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from bot.conversation.replies.dates import screen_zone
from bot.escalation.tickets import Event, Origin, Ticket
from bot.store.locking import lock_chat
from bot.store.staff_tables import counters
from bot.store.tables import insert_new
from bot.store.ticket_tables import ticket_events, tickets
from bot.store.tickets.blocks import SqlBlocks
from bot.store.tickets.erasing import erase_beside
from bot.store.tickets.reading import COLUMNS, TicketReader, to_ticket
from bot.store.tickets.topics import SqlTopics

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import Incoming
    from bot.escalation.tickets import EventKind, Opening
    from bot.escalation.transitions import Step
    from bot.store.pseudonym import Pseudonym
    from bot.store.tickets.messages import SqlMessages
    from bot.store.vault import Vault

_COUNTER = "tickets"


class SqlTickets(TicketReader, SqlBlocks, SqlTopics):
    """A ``bot.escalation.ports.Tickets`` in one transaction.

    Args:
        connection: of the transaction.
        vault: seals where people are.
        pseudonym: names chats.
        source: channel and account that the message at hand came by.
        messages: takes the question of a ticket.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        vault: Vault,
        pseudonym: Pseudonym,
        source: str,
        messages: SqlMessages,
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._pseudonym = pseudonym
        self._source = source
        self._messages = messages

    def name_origin(self, incoming: Incoming) -> Origin:
        """How a message of an asker is named; an edit names the message that it changes."""
        chat, number = self._chat(incoming), incoming.update_id
        # Numbers may be a chat's own; one without a number is said once.
        named = secrets.token_hex(8) if number is None else str(number)
        source = self._source or incoming.channel
        return Origin(source, f"{chat}:{named}", chat, incoming.message_id)

    async def lock_chat(self, incoming: Incoming) -> None:
        """Nobody else opens a ticket for this chat until the transaction ends."""
        await lock_chat(self._connection, self._chat(incoming))

    async def open(self, incoming: Incoming, opening: Opening, at: datetime) -> Ticket:
        """Write a ticket with its question; the same update again: the ticket that it opened."""
        known = await self.opened_by(incoming)
        if known is not None:
            return known
        row = {**self._row(incoming, opening, at), "opening_key": self._opening_key(incoming)}
        row["number"] = await self._next_number(at)
        added = insert(tickets).values(row).returning(*COLUMNS)
        ticket = to_ticket((await self._connection.execute(added)).one())
        await self.note(ticket, "opened", at, "asker", key=f"opened:{ticket.id}")
        await self._messages.add(ticket, opening.message, at)
        return ticket

    async def opened_by(self, incoming: Incoming) -> Ticket | None:
        """The ticket that this very update has opened."""
        return await self._first(tickets.c.opening_key == self._opening_key(incoming))

    def _opening_key(self, incoming: Incoming) -> str:
        """Of an update; of one without a number, as in the terminal, any that is new."""
        number = incoming.update_id
        named = secrets.token_hex(8) if number is None else str(number)
        return f"{self._source or incoming.channel}:{self._chat(incoming)}:{named}"

    def _row(self, incoming: Incoming, opening: Opening, at: datetime) -> dict[str, Any]:
        return {
            "desk": opening.desk,
            "state": "open",
            "version": 1,
            "source": self._source,
            "channel": incoming.channel,
            "chat": self._chat(incoming),
            "address": self._vault.seal({"chat": opening.address}),
            "turn_id": opening.turn_id,
            "reason": opening.reason,
            "opened_at": at,
            "waiting_since": at,
            "due_at": opening.due_at,
            "closing": "",
            "reopened": 0,
            "place_source": "",
            "place_chat": "",
            "thread_state": "",
            "linked": opening.linked,
        }

    async def _next_number(self, at: datetime) -> str:
        """``2026-00123``: given back when the transaction is, so that no number is missing."""
        year = at.astimezone(screen_zone()).year
        this = counters.c.name == _COUNTER, counters.c.year == year
        first = {"name": _COUNTER, "year": year, "last": 0}
        new = insert_new(counters, self._connection.dialect.name).values(first)
        taken = update(counters).where(*this).values(last=counters.c.last + 1)
        taken = taken.returning(counters.c.last)
        last = (await self._connection.execute(taken)).scalar_one_or_none()
        if last is None:
            await self._connection.execute(new)
            last = (await self._connection.execute(taken)).scalar_one()
        return f"{year}-{last:05d}"

    async def apply(self, step: Step) -> Ticket | None:
        """Write a step with its event; None, and nothing is written, when somebody was faster."""
        before, allowed = step.ticket, step.transition.sources
        guarded = (
            update(tickets)
            .where(
                tickets.c.id == before.id,
                tickets.c.state.in_(sorted(allowed)),
                tickets.c.version == before.version,
            )
            .values(state=step.state, version=tickets.c.version + 1, **step.values)
            .returning(*COLUMNS)
        )
        row = (await self._connection.execute(guarded)).first()
        if row is None:
            return None
        ticket, kind = to_ticket(row), step.transition.event
        key = f"{kind}:{ticket.id}:{ticket.version}"
        await self.note(ticket, kind, step.at, step.who, key=key, what=step.what)
        if kind == "transferred":
            await self.keep_former(before)
        if kind == "erased":
            await erase_beside(self._connection, ticket.id)
        return ticket

    async def note(
        self, ticket: Ticket, kind: EventKind, at: datetime, who: str, *, key: str, what: str = ""
    ) -> bool:
        """Write an event that changes no state; False when one of this key was written before."""
        row = {
            "ticket_id": ticket.id,
            "key": key,
            "at": at,
            "kind": kind,
            "who": who,
            "what": what[:200],
        }
        added = insert_new(ticket_events, self._connection.dialect.name).values(row)
        return (await self._connection.execute(added)).rowcount == 1

    async def announce(self, ticket: Ticket, group: str, at: datetime, since: datetime) -> bool:
        """Write that a group was told of many tickets at once; False: it was, since a moment.

        Args:
            ticket: the one whose turn it is.
            group: its pseudonym.
            at: now.
            since: for how long one word is enough.
        """
        told = ticket_events.c.kind == "announced", ticket_events.c.at > since
        here = ticket_events.c.key.startswith(f"announced:{group}:")
        known = select(ticket_events.c.id).where(*told, here).limit(1)
        if (await self._connection.execute(known)).first() is not None:
            return False
        # Of two processes in the same minute, one writes it.
        key = f"announced:{group}:{int(at.timestamp()) // 60}"
        return await self.note(ticket, "announced", at, "bot", key=key)

    async def note_rating_asked(self, ticket: Ticket, at: datetime, since: datetime) -> bool:
        """Write that its asker is asked for a rating; False: their chat was, since a moment."""
        theirs = select(tickets.c.id).where(tickets.c.chat == ticket.chat)
        asked = ticket_events.c.kind == "rating_asked", ticket_events.c.at > since
        known = select(ticket_events.c.id).where(*asked, ticket_events.c.ticket_id.in_(theirs))
        if (await self._connection.execute(known.limit(1))).first() is not None:
            return False
        key = f"rating_asked:{ticket.id}:{ticket.version}"
        return await self.note(ticket, "rating_asked", at, "bot", key=key)

    async def events(self, ticket: Ticket) -> list[Event]:
        """What happened to a ticket, in order."""
        names = ("at", "kind", "who", "what")
        found = select(*(ticket_events.c[name] for name in names)).where(
            ticket_events.c.ticket_id == ticket.id
        )
        rows = await self._connection.execute(found.order_by(ticket_events.c.id))
        return [Event(*row) for row in rows]
