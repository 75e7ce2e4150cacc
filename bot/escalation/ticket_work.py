"""What all work on tickets shares: whose they are, what is promised, and how a step is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.conversation.messages import Delivery, Reply
from bot.conversation.replies import desk_notes
from bot.conversation.replies import tickets as said
from bot.escalation import timers
from bot.escalation.limits import Limits
from bot.escalation.opening_hours import NeverOpenError
from bot.escalation.outgoing import Outgoing
from bot.escalation.promise import MEASURED, expected_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.messages import Act, Recipient
    from bot.escalation.ports import Clock, DeskDirectory, Records
    from bot.escalation.staff import Staff
    from bot.escalation.tickets import (
        Message,
        NewMessage,
        Ticket,
    )
    from bot.escalation.transitions import Step
    from kb.entries import Desk


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def name_staff(staff: Staff | None) -> str:
    """Who did something at a desk, as events say it; without anybody, whoever runs the service."""
    return f"staff:{staff.id}" if staff else "operator"


@dataclass(frozen=True, slots=True)
class Done:
    """What was done.

    Attributes:
        ticket: as it is afterwards.
        deliveries: what is to be sent, in this order.
        message: what was written, if anything.
        reply: what whoever did it reads at once; may be empty.
    """

    ticket: Ticket
    deliveries: tuple[Delivery, ...] = ()
    message: Message | None = None
    reply: Reply = field(default_factory=Reply)


class TicketWork:
    """The ground of :class:`bot.escalation.casework.Casework`.

    Args:
        desks: which there are, and where they answer.
        limits: how much one person may ask.
        clock: the present moment.
        operators: those who run the service, who are told what desks do not see.
        mails_askers: whether answers can go by mail to those who leave an address.
    """

    def __init__(
        self,
        desks: DeskDirectory,
        limits: Limits | None = None,
        clock: Clock = now,
        operators: Sequence[Recipient] = (),
        *,
        mails_askers: bool = False,
    ) -> None:
        self.mails_askers = mails_askers
        self.desks = desks
        self._operators = tuple(operators)
        self.limits = limits or Limits()
        self.clock = clock
        self.outgoing = Outgoing(desks)

    def name(self, ticket: Ticket) -> str:
        """The name of a ticket's desk."""
        desk = self.desks.find(ticket.desk)
        return desk.name if desk else ticket.desk

    def signature(self, ticket: Ticket, staff: Staff | None) -> str:
        """How an answer is signed: by the desk, or with a first name when its file says so."""
        desk = self.desks.find(ticket.desk)
        if staff and staff.name and desk and desk.signature == "first_name":
            return f"{staff.name.split()[0]}, {desk.name}"
        return self.name(ticket)

    def promise(self, ticket: Ticket) -> said.Promise:
        """What the asker may expect of a ticket."""
        desk = self.desks.find(ticket.desk)
        return said.Promise(ticket.due_at, self._opens_at(desk) if desk else None)

    async def promise_of(self, records: Records, desk: Desk) -> said.Promise:
        """What somebody may expect who opened a ticket at this desk now."""
        due_at = await self._due_at(records, desk.id, self.clock())
        return said.Promise(due_at, self._opens_at(desk))

    def _opens_at(self, desk: Desk) -> datetime | None:
        at = self.clock()
        opens = timers.next_open(desk, at)
        return opens if opens > at else None

    async def _due_at(self, records: Records, desk: str, at: datetime) -> datetime | None:
        found = self.desks.find(desk)
        if found is None:
            return None
        replies = await records.tickets.first_replies(desk, at - MEASURED)
        try:
            return expected_moment(found, replies, at)
        except NeverOpenError:
            return None

    async def _remind(self, records: Records, ticket: Ticket, at: datetime) -> None:
        desk = self.desks.find(ticket.desk)
        if desk is not None:
            await timers.plan_reminder(records, ticket, desk, at, 1)

    async def refuse_file(
        self, records: Records, ticket: Ticket, message: NewMessage, who: str
    ) -> bool:
        """A file of a message is too large to be passed on; whether to say so: once an album."""
        key = f"refused:{ticket.id}:{message.album or message.origin_id}"[:100]
        return await records.tickets.note(ticket, "refused", self.clock(), who, key=key)

    def _tell_operators(self, reply: Reply) -> tuple[Delivery, ...]:
        return tuple(Delivery(operator, reply) for operator in self._operators)

    async def _step(
        self, records: Records, step: Step, to_asker: Reply | None = None
    ) -> Done | None:
        after = await records.tickets.apply(step)
        if after is None:
            return None
        sent = await self.outgoing.to_asker(records, after, to_asker) if to_asker else ()
        return Done(after, sent)

    async def edit(self, records: Records, ticket: Ticket, message: Message, text: str) -> Done:
        """Somebody changed what they had written: its copy is changed too."""
        edited = await records.messages.edit(message, text, self.clock())
        return Done(ticket, await self._follow(records, ticket, edited, "edit"), edited)

    async def withdraw(self, records: Records, ticket: Ticket, message: Message) -> Done:
        """Somebody took back what they had written: its copy goes too."""
        gone = await records.messages.withdraw(message, self.clock())
        return Done(ticket, await self._follow(records, ticket, gone, "withdraw"), gone)

    async def _follow(
        self, records: Records, ticket: Ticket, message: Message, act: Act
    ) -> tuple[Delivery, ...]:
        if message.internal:
            return ()
        if message.author == "asker":
            reply = desk_notes.asker_words(message.text)
            return self.outgoing.to_desk(ticket, reply, act=act, message=message)
        staff = await records.crew.get(message.staff) if message.staff else None
        signature = self.signature(ticket, staff)
        reply = said.answer_of_desk(ticket.number, signature, message.text, ticket.id)
        return await self.outgoing.to_asker(records, ticket, reply, act=act, message=message)
