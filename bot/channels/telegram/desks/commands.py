"""The commands that those who answer give in the topic of a ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.conversation.replies import desk_notes
from bot.escalation.closing import read_reason
from bot.escalation.ticket_work import Done
from kb.folding import fold

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.channels.telegram.desks.desk_events import Command, Person
    from bot.conversation.messages import Reply
    from bot.escalation.casework import Casework
    from bot.escalation.ports import Records
    from bot.escalation.staff import Staff
    from bot.escalation.tickets import (
        Message,
        Ticket,
    )

BLOCK_DAYS = 30
CHANNEL = "telegram"


class Order(NamedTuple):
    """A command with all that it is about.

    Attributes:
        command: name and what follows it.
        ticket: of the topic.
        staff: who gives it.
        colleague: who is named by it and in the group; None: nobody.
        message: what it replies to, as far as the ticket knows it.
    """

    command: Command
    ticket: Ticket
    staff: Staff
    colleague: Person | None
    message: Message | None


class DeskCommands:
    """Carries orders out.

    Args:
        casework: works on the tickets.
    """

    def __init__(self, casework: Casework) -> None:
        self._casework = casework
        self._on: dict[str, Callable[[Records, Order], Awaitable[Done | None]]] = {
            "prendre": self._take,
            "rendre": self._release,
            "assigner": self._assign,
            "transferer": self._transfer,
            "clore": self._close,
            "rouvrir": self._reopen,
            "bloquer": self._block,
            "retirer": self._withdraw,
        }

    async def carry_out(self, records: Records, order: Order) -> Done:
        """What an order leads to; one that nobody knows is answered with those that are known."""
        known = self._on.get(order.command.name)
        if known is None:
            desk = self._casework.desks.find(order.ticket.desk)
            replies_only = desk is None or desk.relay == "reply"
            return self._say(order.ticket, desk_notes.usage(replies_only=replies_only))
        done = await known(records, order)
        return done or self._say(order.ticket, desk_notes.change_meanwhile(order.ticket.number))

    def _say(self, ticket: Ticket, reply: Reply, done: Done | None = None) -> Done:
        before = done.deliveries if done else ()
        return Done(ticket, (*before, *self._casework.outgoing.to_desk(ticket, reply)))

    async def _take(self, records: Records, order: Order) -> Done | None:
        done = await self._casework.take(records, order.ticket, order.staff)
        note = desk_notes.taking_note(order.ticket.number, order.staff.name)
        return done and self._say(done.ticket, note, done)

    async def _release(self, records: Records, order: Order) -> Done | None:
        done = await self._casework.release(records, order.ticket, order.staff)
        return done and self._say(done.ticket, desk_notes.release_note(order.ticket.number), done)

    async def _assign(self, records: Records, order: Order) -> Done | None:
        if order.colleague is None:
            return self._say(order.ticket, desk_notes.whom_to_assign())
        found = await records.crew.meet(CHANNEL, str(order.colleague.id), order.colleague.name)
        done = await self._casework.assign(records, order.ticket, found, order.staff)
        note = desk_notes.taking_note(order.ticket.number, found.name)
        return done and self._say(done.ticket, note, done)

    async def _transfer(self, records: Records, order: Order) -> Done | None:
        desks = self._casework.desks.list_staffed()
        wanted = fold(order.command.rest)
        others = [desk for desk in desks if desk.id != order.ticket.desk]
        named = [desk for desk in others if wanted and wanted in {fold(desk.id), fold(desk.name)}]
        if not named:
            listed = [(desk.id, desk.name) for desk in others]
            return self._say(order.ticket, desk_notes.where_to_transfer(listed))
        return await self._casework.transfer(records, order.ticket, named[0].id, order.staff)

    async def _close(self, records: Records, order: Order) -> Done | None:
        why = read_reason(order.command.rest)
        return await self._casework.close(records, order.ticket, "desk", order.staff, why)

    async def _reopen(self, records: Records, order: Order) -> Done | None:
        if not self._casework.may_reopen(order.ticket):
            return self._say(order.ticket, desk_notes.not_reopened(order.ticket.number))
        return await self._casework.reopen(records, order.ticket, f"staff:{order.staff.id}")

    async def _block(self, records: Records, order: Order) -> Done | None:
        at, ticket = self._casework.clock(), order.ticket
        await records.tickets.block(ticket.chat, at + timedelta(days=BLOCK_DAYS), at)
        done = await self._casework.close(records, ticket, "desk", order.staff)
        return self._say(ticket, desk_notes.block_note(ticket.number, BLOCK_DAYS), done)

    async def _withdraw(self, records: Records, order: Order) -> Done | None:
        said = order.message
        if said is None or said.author != "desk" or said.internal or said.state != "kept":
            return self._say(order.ticket, desk_notes.what_to_withdraw())
        return await self._casework.withdraw(records, order.ticket, said)
