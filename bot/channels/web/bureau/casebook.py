"""Tickets as an account may see them, and what it does with them: each act one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from bot.escalation.tickets import STATES
from bot.store.agents import list_agents, meet_account

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence

    from bot.escalation.casework import Casework
    from bot.escalation.staff import Staff
    from bot.escalation.ticket_work import Done
    from bot.escalation.tickets import (
        Event,
        Message,
        State,
        Ticket,
    )
    from bot.store.accounts import Account
    from bot.store.deliveries import Deliveries
    from bot.store.store import Store, Transaction
    from bot.store.tickets.records import SqlRecords
    from kb.entries import Desk

T = TypeVar("T")
SEE_ALL = frozenset({"éditeur", "admin"})
"""Roles that see the tickets of every desk; an agent sees those of their own."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody at work on a ticket, within a transaction.

    Attributes:
        transaction: all of it.
        records: what is kept of tickets.
        ticket: as it is now, held until the end.
        staff: who works.
        casework: what can be done.
    """

    transaction: Transaction
    records: SqlRecords
    ticket: Ticket
    staff: Staff
    casework: Casework


Act: TypeAlias = "Callable[[Acting], Awaitable[Done | None]]"


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket with all that its page shows.

    Attributes:
        ticket: itself.
        messages: what was said in it; ``events``: what happened to it; both in order.
        names: of the staff, by id.
        colleagues: names of the agents that it can be assigned to.
        desks: that it can be given to.
    """

    ticket: Ticket
    messages: Sequence[Message]
    events: Sequence[Event]
    names: dict[int, str]
    colleagues: Sequence[str]
    desks: Sequence[Desk]


class Casebook:
    """The tickets, for accounts.

    Args:
        store: where they are.
        casework: gives what works on them, with the desks as they are now.
        deliveries: takes what is to be sent.
    """

    def __init__(
        self, store: Store, casework: Callable[[], Casework], deliveries: Deliveries
    ) -> None:
        self._store = store
        self.casework = casework
        self._deliveries = deliveries

    async def list_all(
        self, account: Account, states: Collection[State], desk: str, most: int
    ) -> list[Ticket]:
        """The tickets in these states that an account sees, the newest first.

        Args:
            account: who looks.
            states: those that are wanted.
            desk: of this desk alone; empty: of all.
            most: how many at most.
        """
        desks = [desk] if account.role in SEE_ALL else [d for d in account.desks if desk in ("", d)]

        async def work(transaction: Transaction) -> list[Ticket]:
            tickets = self._store.records(transaction).tickets
            found = [t for d in desks for t in await tickets.list_all(states, d, most)]
            return sorted(found, key=lambda ticket: -ticket.id)[:most]

        return await self._store.reader.run(work)

    async def find(self, account: Account, number: str) -> Ticket | None:
        """The ticket of a number; None: there is none, or the account may not see it."""
        return await self._store.write(
            lambda t: self._find(self._store.records(t), account, number)
        )

    async def show(self, account: Account, number: str) -> Case | None:
        """A ticket with all that belongs to it; None as of :meth:`find`."""

        async def work(transaction: Transaction) -> Case | None:
            records = self._store.records(transaction)
            ticket = await self._find(records, account, number)
            if ticket is None:
                return None
            agents = await list_agents(transaction)
            return await self._case(records, ticket, agents)

        return await self._store.write(work)

    async def do(self, account: Account, number: str, act: Act) -> Done | None:
        """Work on a ticket, and have sent what follows; None: nothing was done.

        Args:
            account: who works.
            number: of the ticket.
            act: what is done; it may give None.

        Raises:
            LookupError: there is no such ticket for this account.
        """

        async def work(transaction: Transaction) -> Done | None:
            records = self._store.records(transaction)
            ticket = await self._find(records, account, number)
            if ticket is None:
                raise LookupError(number)
            staff = await meet_account(transaction, records, account)
            done = await act(Acting(transaction, records, ticket, staff, self.casework()))
            if done is not None:
                await self._deliveries.put(transaction, done.deliveries)
            return done

        return await self._store.write(work)

    async def _case(self, records: SqlRecords, ticket: Ticket, agents: Sequence[Account]) -> Case:
        messages = await records.messages.of_ticket(ticket)
        people = {m.staff for m in messages if m.staff} | {ticket.assignee}
        staff = [await records.crew.get(number) for number in people if number]
        here = [agent.name for agent in agents if ticket.desk in agent.desks]
        others = [d for d in self.casework().desks.list_staffed() if d.id != ticket.desk]
        events = await records.tickets.events(ticket)
        names = {found.id: found.name for found in staff if found}
        return Case(ticket, messages, events, names, here, others)

    @staticmethod
    async def _find(records: SqlRecords, account: Account, number: str) -> Ticket | None:
        ticket = await records.tickets.find(number)
        if ticket is None or ticket.state not in STATES:
            return None
        return ticket if account.role in SEE_ALL or ticket.desk in account.desks else None
