"""What is said and pressed in the group of a desk: relayed, kept inside, or carried out.

Which ticket it is about is known from the topic, or from the message that it replies to, by
numbers alone: never from what a message says, nor from where it was forwarded from.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.channels.telegram.desks.commands import CHANNEL, DeskCommands, Order
from bot.channels.telegram.desks.desk_events import DeskSaid, command_in
from bot.conversation import desk_choices
from bot.conversation.replies import desk_notes
from bot.conversation.replies import tickets as said_to_asker
from bot.escalation.curated import CuratedAnswers
from bot.escalation.ports import Post
from bot.escalation.ticket_work import Done, name_staff
from bot.escalation.tickets import Attachment, NewMessage
from bot.store.deliveries import desk_lane

if TYPE_CHECKING:
    from bot.channels.telegram.desks.authority import Authority
    from bot.channels.telegram.desks.desk_events import Command, DeskPressed
    from bot.channels.telegram.desks.ground import Ground
    from bot.escalation.ports import Records
    from bot.escalation.staff import Staff
    from bot.escalation.tickets import (
        Message,
        Ticket,
    )
    from bot.store.boxes.inbox import Held
    from bot.store.deliveries import Deliveries
    from bot.store.store import Transaction

MEGABYTE = 1_000_000
_log = logging.getLogger(__name__)

DeskEvent: TypeAlias = "DeskSaid | DeskPressed"


@dataclass(frozen=True, slots=True)
class DeskPlan:
    """What was found out before anything is written.

    Attributes:
        event: what happened.
        group: where, by its number of the settings.
        ticket: id of the ticket that it is about.
        admitted: whether it comes from the desk.
        colleague_inside: whether the colleague that it names is in the group.
    """

    event: DeskEvent
    group: int
    ticket: int
    admitted: bool
    colleague_inside: bool = False


class DeskRoom:
    """Works on what happens in the groups of desks.

    Args:
        ground: with the tickets and the groups.
        authority: says who may act.
        deliveries: takes what is to be sent.
        attachment_mb: size that a file may have.
    """

    def __init__(
        self, ground: Ground, authority: Authority, deliveries: Deliveries, attachment_mb: int
    ) -> None:
        self._ground = ground
        self._store = ground.store
        self._boxes = ground.boxes
        self._groups = ground.groups
        self._casework = ground.casework
        self._authority = authority
        self._deliveries = deliveries
        self._attachment_mb = attachment_mb

    async def plan(self, event: DeskEvent) -> DeskPlan | None:
        """Find out what an event is about, and who acts; None when it is about no ticket.

        Raises:
            StoreError, TelegramError: that cannot be known now.
        """
        group = self._groups.find(event.chat)
        if group is None:
            return None

        async def work(transaction: Transaction) -> Ticket | None:
            records = self._store.records(transaction, self._boxes.source)
            return await self._find(transaction, records, event, group)

        ticket = await self._store.write(work)
        if ticket is None:
            return None
        admitted = await self._authority.admits(event)
        colleague = event.colleague if isinstance(event, DeskSaid) else None
        inside = False
        if admitted and colleague is not None:
            inside = await self._authority.is_member(event.chat, colleague.id)
        return DeskPlan(event, group, ticket.id, admitted, inside)

    async def _find(
        self, transaction: Transaction, records: Records, event: DeskEvent, group: int
    ) -> Ticket | None:
        if not isinstance(event, DeskSaid):
            return await self._of_press(records, event, group)
        source, name = self._boxes.source, self._groups.name(group)
        if event.thread is not None:
            found = await records.tickets.of_thread(source, name, event.thread)
            if found is not None:
                return found
        number = event.number if event.edited else event.answers
        if number is None:
            return await self._of_album(records, event, name)
        message = await records.messages.at_place(source, name, number)
        if message is not None:
            return await records.tickets.get(message.ticket_id)
        for ticket, lane in await self._boxes.outbox.ticket_of(transaction, number):
            if lane == desk_lane(self._store.pseudonym, CHANNEL, str(group), ticket):
                return await records.tickets.get(ticket)
        return None

    async def _of_album(self, records: Records, event: DeskSaid, name: str) -> Ticket | None:
        """The ticket of an album whose first message alone replies to it."""
        begun = await records.messages.of_album(_album(event, name))
        return await records.tickets.get(begun[0].ticket_id) if begun else None

    async def _of_press(self, records: Records, event: DeskPressed, group: int) -> Ticket | None:
        choice = desk_choices.parse(event.data)
        ticket = await records.tickets.get(choice.ticket) if choice else None
        if ticket is None or await records.tickets.place_of(ticket) != Post(CHANNEL, str(group)):
            if choice is not None:
                _log.warning("A press was refused: its ticket is not at this desk.")
            return None
        return ticket

    async def write(self, held: Held, plan: DeskPlan) -> None:
        """Write all that an event leads to, or nothing.

        Raises:
            StoreError: nothing was written; it may be tried again.
            LostHoldError: another process works on it by now.
        """

        async def work(transaction: Transaction) -> None:
            records = self._store.records(transaction, self._boxes.source)
            ticket = await records.tickets.get(plan.ticket)
            if plan.admitted and ticket is not None and ticket.state != "erased":
                done = await self._act(records, ticket, plan)
                await self._deliveries.put(transaction, done.deliveries if done else ())
            await self._boxes.inbox.mark_done(transaction, held)

        await self._store.write(work)

    async def _act(self, records: Records, ticket: Ticket, plan: DeskPlan) -> Done | None:
        event, staff = plan.event, await self._meet(records, plan)
        if not staff.active:
            _log.warning("Somebody who may not answer any more has tried to.")
            return None
        if not isinstance(event, DeskSaid):
            return await self._press(records, ticket, event, staff)
        if event.edited:
            return await self._edit(records, ticket, plan.group, event)
        if command := command_in(event.text, self._ground.bot.username):
            return await self._order(records, ticket, command, staff, plan)
        return await self._say(records, ticket, event, staff, plan.group)

    async def _meet(self, records: Records, plan: DeskPlan) -> Staff:
        """Who acts; who does not show who they are is the group itself."""
        sender = plan.event.sender
        if sender is None:
            return await records.crew.meet(CHANNEL, str(plan.group), "")
        return await records.crew.meet(CHANNEL, str(sender.id), sender.name)

    async def _press(
        self, records: Records, ticket: Ticket, event: DeskPressed, staff: Staff
    ) -> Done | None:
        choice = desk_choices.parse(event.data)
        curated = CuratedAnswers(self._casework())
        if choice is None:
            return None
        if choice.act == "stop":
            return await curated.stop(records, ticket, choice.entry)
        return await curated.prepare(records, ticket, choice.entry, staff)

    async def _edit(
        self, records: Records, ticket: Ticket, group: int, event: DeskSaid
    ) -> Done | None:
        message = await self._at(records, group, event.number)
        if message is None or message.author != "desk" or message.state != "kept":
            return None
        if message.ticket_id != ticket.id or message.text == event.text or not event.text:
            return None
        return await self._casework().edit(records, ticket, message, event.text)

    async def _order(
        self, records: Records, ticket: Ticket, command: Command, staff: Staff, plan: DeskPlan
    ) -> Done:
        event = plan.event
        assert isinstance(event, DeskSaid), "a press is no command"  # noqa: S101 - for the types
        message = None
        if event.answers is not None:
            message = await self._at(records, plan.group, event.answers)
        if message is not None and message.ticket_id != ticket.id:
            message = None
        colleague = event.colleague if plan.colleague_inside else None
        order = Order(command, ticket, staff, colleague, message)
        return await DeskCommands(self._casework()).carry_out(records, order)

    async def _say(
        self, records: Records, ticket: Ticket, event: DeskSaid, staff: Staff, group: int
    ) -> Done | None:
        casework = self._casework()
        desk = casework.desks.find(ticket.desk)
        name = self._groups.name(group)
        begun = await records.messages.of_album(_album(event, name))
        leaves = event.answers_us or (desk is not None and desk.relay == "all")
        leaves = leaves or any(not message.internal for message in begun)
        if leaves and not ticket.is_live:
            note = desk_notes.closed_to_answers(ticket.number)
            return Done(ticket, casework.outgoing.to_desk(ticket, note))
        message = self._message(event, staff, name, internal=not leaves)
        if leaves and any(file.size > self._attachment_mb * MEGABYTE for file in event.files):
            told = await casework.refuse_file(records, ticket, message, name_staff(staff))
            note = desk_notes.too_large(self._attachment_mb)
            return Done(ticket, casework.outgoing.to_desk(ticket, note) if told else ())
        return await casework.answer(records, ticket, message, staff)

    def _message(self, event: DeskSaid, staff: Staff, name: str, *, internal: bool) -> NewMessage:
        kind = event.files[0].kind if event.files else ""
        return NewMessage(
            "desk",
            event.text or said_to_asker.without_words(kind),
            staff=staff.id,
            internal=internal,
            origin=self._boxes.source,
            origin_id=f"{name}:{event.update_id}",
            place="topic",
            chat=name,
            number=event.number,
            attachments=[Attachment(f.kind, f.name, f.size, "", f.handle) for f in event.files],
            album=_album(event, name),
        )

    async def _at(self, records: Records, group: int, number: int) -> Message | None:
        return await records.messages.at_place(self._boxes.source, self._groups.name(group), number)


def _album(event: DeskSaid, name: str) -> str:
    """What names an album of a group; empty for a message of its own."""
    return f"{name}:{event.album}" if event.album else ""
