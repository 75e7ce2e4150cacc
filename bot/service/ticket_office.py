"""Tickets from the command line: listed, shown, and worked on beside a running service."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bot.ops.errors import BotError
from bot.service.served_model import COPIES
from bot.service.ticket_wiring import TELEGRAM, build_casework, mail_source_of, staffed_posts
from bot.store.deliveries import Deliveries
from bot.store.opening import open_existing_store
from kb.texts import load_texts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection

    from bot.escalation.casework import Casework
    from bot.escalation.ticket_work import Done
    from bot.escalation.tickets import Event, Message, State, Ticket
    from bot.ops.settings import Settings
    from bot.store.store import Store, Transaction
    from bot.store.tickets.records import SqlRecords

T = TypeVar("T")
WEB = "web"


class TicketError(BotError):
    """A ticket cannot be worked on so; the message says why."""


@dataclass(frozen=True, slots=True)
class File:
    """A ticket with all that belongs to it."""

    ticket: Ticket
    messages: list[Message]
    events: list[Event]


class TicketOffice:
    """Works on tickets for whoever runs the service.

    Args:
        store: where they are.
        casework: works on them.
        deliveries: takes what is to be sent; a running service sends it.
    """

    def __init__(self, store: Store, casework: Casework, deliveries: Deliveries) -> None:
        self._store = store
        self._casework = casework
        self._deliveries = deliveries

    async def list_all(self, states: Collection[State], desk: str, limit: int) -> list[Ticket]:
        """Tickets in these states (none: any) of this desk (empty: any), the newest first."""
        return await self._read(lambda records: records.tickets.list_all(states, desk, limit))

    async def show(self, number: str) -> File:
        """A ticket with what was said in it and what happened to it.

        Raises:
            TicketError: there is none of this number.
        """

        async def work(records: SqlRecords) -> File:
            ticket = await self._find(records, number)
            said = await records.messages.of_ticket(ticket)
            return File(ticket, said, await records.tickets.events(ticket))

        return await self._read(work)

    async def close(self, number: str) -> Ticket:
        """End a ticket; both sides are told."""
        return await self._change(
            number, lambda records, ticket: self._casework.close(records, ticket, "operator")
        )

    async def reopen(self, number: str) -> Ticket:
        """Let a ticket go on that ended no longer than a fortnight ago; both sides are told."""
        return await self._change(
            number, lambda records, ticket: self._casework.reopen(records, ticket, "operator")
        )

    async def transfer(self, number: str, desk: str) -> Ticket:
        """Give a ticket to another desk; the asker is told.

        Raises:
            TicketError: no such desk answers here.
        """
        if self._casework.desks.post_of(desk) is None:
            raise TicketError(f"no desk {desk} answers here: see DESK_GROUPS, accounts and desks")
        return await self._change(
            number, lambda records, ticket: self._casework.transfer(records, ticket, desk, None)
        )

    async def assign(self, number: str, staff_id: int) -> Ticket:
        """Make a ticket somebody's.

        Raises:
            TicketError: nobody has this id.
        """

        async def work(records: SqlRecords, ticket: Ticket) -> Done | None:
            staff = await records.crew.get(staff_id)
            if staff is None:
                raise TicketError(f"no staff {staff_id}: they get an id with their first message")
            return await self._casework.assign(records, ticket, staff, None)

        return await self._change(number, work)

    async def resend(self, number: str) -> Ticket:
        """Give the desk the whole ticket once more."""
        return await self._change(number, self._casework.resend)

    async def _change(
        self, number: str, work: Callable[[SqlRecords, Ticket], Awaitable[Done | None]]
    ) -> Ticket:
        async def inside(transaction: Transaction) -> Ticket:
            records = self._store.records(transaction)
            ticket = await self._find(records, number)
            done = await work(records, ticket)
            if done is None:
                raise TicketError(f"ticket {number} is {ticket.state}: that cannot be done with it")
            await self._deliveries.put(transaction, done.deliveries)
            return done.ticket

        return await self._store.write(inside)

    async def _read(self, work: Callable[[SqlRecords], Awaitable[T]]) -> T:
        return await self._store.write(lambda transaction: work(self._store.records(transaction)))

    @staticmethod
    async def _find(records: SqlRecords, number: str) -> Ticket:
        ticket = await records.tickets.find(number)
        if ticket is None:
            raise TicketError(f"there is no ticket {number}: see aiguilleur tickets list")
        return ticket


@asynccontextmanager
async def ticket_office(settings: Settings) -> AsyncIterator[TicketOffice]:
    """The tickets of the store that the settings name.

    Raises:
        StoreError, ContentError: what it stands on is not in order.
    """
    async with await open_existing_store(settings) as store:
        # Only now, as it keeps a copy: where nothing is kept, nothing is made.
        texts = load_texts(settings.kb_dir, settings.data_dir / COPIES)
        posts = await staffed_posts(store, settings)
        casework = build_casework(settings, texts.base, posts=posts)
        yield TicketOffice(store, casework, Deliveries(store, sources_of(settings)))


def sources_of(settings: Settings) -> dict[str, str]:
    """The channels that something can be sent by, each with its source."""
    # As bot.channels.telegram names it, which is slow to import.
    account = settings.token.partition(":")[0]
    telegram = {TELEGRAM: f"{TELEGRAM}:{account}"} if account else {}
    return {WEB: WEB, **telegram, **mail_source_of(settings)}


def as_json(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    """A moment as text, for JSON."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
