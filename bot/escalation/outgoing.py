"""What is sent because of a ticket: to its asker, and to those who answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import choices, desk_choices
from bot.conversation.messages import About, Delivery, Recipient, Reply
from bot.conversation.replies import desk_notes

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        opens = await self.opening(records, ticket, said, answer)
        deliveries = self.to_desk(ticket, opens, act="head", message=question)
        told = [(message.author, message.text) for message in rest if not message.internal]
        if told:
            deliveries += self.to_desk(ticket, desk_notes.history(told))
        return deliveries

    async def opening(
        self, records: Records, ticket: Ticket, said: Sequence[Message], answer: str = ""
    ) -> Reply:
        """The head of a ticket: number, question, why, and the answers that may fit as buttons.

        Args:
            records: of the transaction.
            ticket: which.
            said: what was said in it, the question first.
            answer: what the bot had said; may be empty.
        """
        older = await records.tickets.get(ticket.linked) if ticket.linked else None
        entries = [self._desks.entry(name) for name in await records.tickets.candidates_of(ticket)]
        return desk_notes.head(
            ticket.number,
            ticket.reason,
            [message.text for message in said[:1]],
            answer,
            due_at=ticket.due_at,
            linked=older.number if older else "",
            candidates=[
                (entry.title, desk_choices.data("answer", ticket.id, choices.key(entry.id)))
                for entry in entries
                if entry is not None
            ],
        )
