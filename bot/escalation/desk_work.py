"""What those who answer do with a ticket; the asker is told where it concerns them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.replies import desk_alerts, desk_notes
from bot.conversation.replies import tickets as said
from bot.escalation import timers, transitions
from bot.escalation.ticket_work import Done, TicketWork, name_staff

if TYPE_CHECKING:
    from bot.conversation.messages import Delivery
    from bot.escalation.ports import Records
    from bot.escalation.staff import Staff
    from bot.escalation.tickets import (
        NewMessage,
        Ticket,
    )

TRANSFERS_TO_TELL = 3
"""At this transfer of one ticket those who run the service are told: no desk takes it."""


class DeskWork(TicketWork):
    """The desk's half of :class:`bot.escalation.casework.Casework`."""

    async def answer(
        self, records: Records, ticket: Ticket, message: NewMessage, staff: Staff | None = None
    ) -> Done | None:
        """The desk writes to the asker; what is internal is written down and goes nowhere."""
        at = self.clock()
        if (known := await records.messages.find(message)) is not None:
            return Done(ticket, message=known)
        if message.internal:
            return Done(ticket, message=await records.messages.add(ticket, message, at))
        step = transitions.answer(ticket, at, staff.id if staff else None, name_staff(staff))
        after = await records.tickets.apply(step)
        if after is None:
            return None
        written = await records.messages.add(after, message, at)
        await records.jobs.drop(after, timers.ALL)
        desk = self.desks.find(after.desk)
        if desk is not None:
            await timers.plan_end(records, after, desk, at)
        reply = said.answer_of_desk(
            after.number, self.signature(after, staff), written.text, after.id
        )
        sent = await self.outgoing.to_asker(records, after, reply, act="message", message=written)
        return Done(after, sent, written)

    async def take(self, records: Records, ticket: Ticket, staff: Staff) -> Done | None:
        """``/prendre``: the asker is told that a person answers, the first time."""
        step = transitions.take(ticket, self.clock(), staff.id, name_staff(staff))
        reply = said.taking_notice(ticket.number, self.name(ticket))
        return await self._step(records, step, reply if ticket.assignee is None else None)

    async def release(self, records: Records, ticket: Ticket, staff: Staff) -> Done | None:
        """``/rendre``: anybody at the desk may take it."""
        return await self._step(
            records, transitions.release(ticket, self.clock(), name_staff(staff))
        )

    async def assign(
        self, records: Records, ticket: Ticket, to: Staff, by: Staff | None
    ) -> Done | None:
        """``/assigner``: it is a colleague's."""
        return await self._step(
            records, transitions.assign(ticket, self.clock(), to.id, name_staff(by))
        )

    async def transfer(
        self, records: Records, ticket: Ticket, desk: str, staff: Staff | None
    ) -> Done | None:
        """``/transferer``: another desk has it, from the beginning; the asker is told.

        Raises:
            LookupError: no such desk answers here.
        """
        if self.desks.post_of(desk) is None:
            raise LookupError(desk)
        at = self.clock()
        due_at = await self._due_at(records, desk, at)
        step = transitions.transfer(ticket, at, desk, name_staff(staff), due_at)
        after = await records.tickets.apply(step)
        if after is None:
            return None
        await records.jobs.drop(after, timers.ALL)
        await self._remind(records, after, at)
        away = desk_notes.transfer_note(after.number, self.name(after))
        told = said.transfer_notice(after.number, self.name(after), self.promise(after))
        sent = self.outgoing.to_desk(ticket, away, act="close", desk=ticket.desk)
        sent += await self.outgoing.head(records, after, "")
        sent += await self.outgoing.to_asker(records, after, told)
        return Done(after, (*sent, *await self._tell_of_transfers(records, after)))

    async def _tell_of_transfers(self, records: Records, ticket: Ticket) -> tuple[Delivery, ...]:
        """To those who run the service, once: a ticket that is handed on and on is nobody's."""
        events = await records.tickets.events(ticket)
        if sum(event.kind == "transferred" for event in events) != TRANSFERS_TO_TELL:
            return ()
        alert = desk_alerts.many_transfers(ticket.number, self.name(ticket), TRANSFERS_TO_TELL)
        return self._tell_operators(alert)

    async def resend(self, records: Records, ticket: Ticket) -> Done:
        """Give the desk the whole ticket once more, as when its topic was lost."""
        return Done(ticket, await self.outgoing.head(records, ticket, ""))
