"""What is sent because of a ticket: to its asker, and to those who answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.messages import About, Delivery, Recipient, Reply
from bot.conversation.replies import desk_notes

if TYPE_CHECKING:
    from bot.conversation.messages import Act
    from bot.escalation.ports import DeskDirectory, Records
    from bot.escalation.tickets import Message, Ticket


class Outgoing:
    """Addresses what is said about tickets.

    Args:
        desks: where those who answer are.
    """

    def __init__(self, desks: DeskDirectory) -> None:
        self._desks = desks

    async def to_asker(
        self,
        records: Records,
        ticket: Ticket,
        reply: Reply,
        *,
        act: Act = "note",
        message: Message | None = None,
    ) -> tuple[Delivery, ...]:
        """To the asker's chat; nothing once it is erased."""
        address = await records.tickets.address_of(ticket)
        if not address:
            return ()
        to = Recipient(ticket.channel, address, ticket.chat)
        about = About(ticket.id, act, message.id if message else 0)
        return (Delivery(to, reply, about=about),)

    def to_desk(
        self,
        ticket: Ticket,
        reply: Reply,
        *,
        act: Act = "note",
        message: Message | None = None,
        desk: str = "",
    ) -> tuple[Delivery, ...]:
        """To those who answer for a desk, the ticket's own when none is named; if there are any."""
        about = About(ticket.id, act, message.id if message else 0, for_desk=True)
        return tuple(
            Delivery(Recipient(post.channel, post.chat), reply, about=about)
            for post in self._desks.posts_of(desk or ticket.desk)
        )

    async def head(self, records: Records, ticket: Ticket, answer: str) -> tuple[Delivery, ...]:
        """All that a desk must know of a ticket that is new to it."""
        said = [m for m in await records.messages.of_ticket(ticket) if m.state == "kept"]
        if not said:
            return ()
        question, *rest = said
        older = await records.tickets.get(ticket.linked) if ticket.linked else None
        opens = desk_notes.head(
            ticket.number,
            ticket.reason,
            [question.text],
            answer,
            due_at=ticket.due_at,
            linked=older.number if older else "",
        )
        deliveries = self.to_desk(ticket, opens, act="head", message=question)
        told = [(message.author, message.text) for message in rest if not message.internal]
        if told:
            deliveries += self.to_desk(ticket, desk_notes.history(told))
        return deliveries
