"""Tickets over a real store, with a clock that a test sets, and what was sent read back."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from bot.conversation.messages import Incoming, Recipient
from bot.escalation.casework import Casework
from bot.escalation.desks import StaffedDesks
from bot.escalation.limits import Limits
from bot.escalation.ports import Post
from bot.escalation.ticket_work import Done
from bot.escalation.tickets import Draft, NewMessage
from bot.escalation.timekeeper import Timekeeper
from bot.store.deliveries import Deliveries
from bot.store.tickets.jobs import JobQueue
from tests.fakes.open_store import KEY, open_store
from tests.fakes.small_base import small_base

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from bot.conversation.messages import Delivery
    from bot.escalation.limits import Refused
    from bot.escalation.staff import Staff
    from bot.escalation.tickets import (
        Ticket,
    )
    from bot.store.database.database import Database
    from bot.store.store import Store, Transaction
    from bot.store.tickets.records import SqlRecords
    from kb.entries import KnowledgeBase

T = TypeVar("T")
SOURCE, GROUP, OPERATOR = "telegram:1", "-1001234567890", "90"
HOURS = (("lun-jeu", "9:00-12:30, 14:00-17:30"), ("ven", "9:00-12:00"))
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
"""A Monday, 10:00 in Paris."""


def staffed_base(**said: object) -> KnowledgeBase:
    """The small base, whose workshop has hours and promises an answer within eight of them."""
    base = small_base()
    said = {
        "hours": HOURS,
        "holidays": "metropole",
        "reply_within": "8h",
        "remind_after": ("3h", "4h"),
        "close_after": "5j",
        **said,
    }
    workshop = replace(base.desks["atelier"], **said)  # type: ignore[arg-type]
    return replace(base, desks={**base.desks, "atelier": workshop})


@dataclass
class TicketService:
    """One service with tickets.

    Attributes:
        store: of it.
        at: what its clock says.
        sent: what was put into the outbox, in order.
    """

    store: Store
    base: KnowledgeBase = field(default_factory=staffed_base)
    at: datetime = MONDAY
    sent: list[Delivery] = field(default_factory=list)
    updates: int = 0

    def __post_init__(self) -> None:
        desks = StaffedDesks(self.base, {"atelier": Post("telegram", GROUP)})
        operators = (Recipient("telegram", OPERATOR),)
        self.casework = Casework(desks, Limits(3), lambda: self.at, operators)
        self.timekeeper = Timekeeper(self.casework)
        self.places = Deliveries(self.store, {"telegram": SOURCE, "web": "web"})
        self.queue = JobQueue(self.store.writer, "here")

    async def do(self, work: Callable[[SqlRecords], Awaitable[T]]) -> T:
        """Work with the tickets in a transaction, and have sent what comes of it."""

        async def inside(transaction: Transaction) -> tuple[T, tuple[Delivery, ...]]:
            done = await work(self.store.records(transaction, SOURCE))
            deliveries = done.deliveries if isinstance(done, Done) else ()
            await self.places.put(transaction, deliveries)
            return done, deliveries

        done, deliveries = await self.store.write(inside)
        self.sent += deliveries
        return done

    def incoming(self, text: str = "", chat: str = "42") -> Incoming:
        """The next update of somebody."""
        self.updates += 1
        return Incoming("telegram", chat, text, update_id=self.updates)

    async def try_to_open(
        self, text: str = "Mon vélo ne démarre plus", chat: str = "42", desk: str = "atelier"
    ) -> Done | Refused:
        """Send a draft to a desk."""
        asked = self.incoming(text, chat)
        draft = Draft(desk, "customer_request", (text,), answer="Rendez-le.")
        message = NewMessage("asker", text, origin=SOURCE, origin_id=str(asked.update_id))
        return await self.do(lambda r: self.casework.open(r, asked, draft, message))

    async def open(self, text: str = "Mon vélo ne démarre plus", chat: str = "42") -> Ticket:
        """A ticket at the workshop."""
        done = await self.try_to_open(text, chat)
        assert isinstance(done, Done), done
        return done.ticket

    async def staff(self, user: str = "900", name: str = "Camille Durand") -> Staff:
        """Somebody who answers."""
        return await self.do(lambda r: r.crew.meet("telegram", user, name))

    async def answer(self, ticket: Ticket, text: str = "Passez demain.") -> Ticket:
        """The desk answers a ticket as it is now."""
        staff, at = await self.staff(), self.incoming()
        said = NewMessage("desk", text, staff=staff.id, origin=SOURCE, origin_id=str(at.update_id))
        now = await self.now(ticket)
        done = await self.do(lambda r: self.casework.answer(r, now, said, staff))
        assert done is not None
        return done.ticket

    async def ask(self, ticket: Ticket, text: str = "Et le frein ?") -> Done:
        """The asker writes into a ticket as it is now."""
        asked = self.incoming(text)
        said = NewMessage("asker", text, origin=SOURCE, origin_id=str(asked.update_id))
        now = await self.now(ticket)
        done = await self.do(lambda r: self.casework.ask(r, now, said))
        assert done is not None
        return done

    async def now(self, ticket: Ticket) -> Ticket:
        """A ticket as it is now."""
        found = await self.do(lambda r: r.tickets.get(ticket.id))
        assert found is not None
        return found

    async def pass_time(self, until: datetime, step: timedelta = timedelta(minutes=30)) -> None:
        """Let the clock go on, and do what is due."""
        while self.at < until:
            self.at = min(self.at + step, until)
            for job in await self.queue.claim(self.at, 99):
                await self.do(lambda r, job=job: self.timekeeper.run(r, job))  # type: ignore[misc]

    def told(self, *, desk: bool) -> list[str]:
        """What was sent to the desk, or to askers."""
        return [
            found.reply.text
            for found in self.sent
            if found.about is not None and found.about.for_desk is desk
        ]


@asynccontextmanager
async def ticket_service(
    where: Path | Database, base: KnowledgeBase | None = None, key: bytes = KEY
) -> AsyncIterator[TicketService]:
    """A service over a store that is closed at the end."""
    async with await open_store(where, key) as store:
        yield TicketService(store, base or staffed_base())
