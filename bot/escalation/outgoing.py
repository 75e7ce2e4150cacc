"""What is sent because of a ticket: to its asker, and to those who answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import choices, desk_choices
from bot.conversation.messages import About, Delivery, Recipient, Reply
from bot.conversation.replies import desk_notes
from bot.escalation.desks import MAIL

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
        by_mail: bool = False,
    ) -> tuple[Delivery, ...]:
        """To the asker's chat, and to the e-mail that they left; nothing once it is erased.

        Args:
            records: of the transaction.
            ticket: theirs.
            reply: what they read.
            act: what is done where it goes.
            message: the message of the desk that it is, if it is one.
            by_mail: whether something that is no message goes by mail too.
        """
        address = await records.tickets.address_of(ticket)
        if not address:
            return ()
        to = Recipient(ticket.channel, address, ticket.chat)
        about = About(ticket.id, act, message.id if message else 0)
        sent = (Delivery(to, reply, about=about),)
        if not by_mail and act not in {"message", "edit"}:
            return sent
        if not await records.mails.address_of(ticket):
            return sent
        # The address is looked up when it is sent: whoever has stopped it gets no more.
        return (*sent, Delivery(Recipient(MAIL, "", ticket.chat), reply, about=about))

    def to_desk(
        self,
        ticket: Ticket,
        reply: Reply,
        *,
        act: Act = "note",
        message: Message | None = None,
        desk: str = "",
        by_mail: Reply | None = None,
    ) -> tuple[Delivery, ...]:
        """To those who answer for a desk, the ticket's own when none is named; if there are any.

        Args:
            ticket: which.
            reply: what they read.
            act: what is done where it goes.
            message: the message of the asker that it is, if it is one.
            desk: id of another desk.
            by_mail: what is read in a mailbox instead, where no button can be pressed.
        """
        about = About(ticket.id, act, message.id if message else 0, for_desk=True)
        return tuple(
            Delivery(
                Recipient(post.channel, post.chat),
                by_mail if by_mail and post.channel == MAIL else reply,
                about=about,
            )
            for post in self._desks.posts_of(desk or ticket.desk)
        )

    async def head(self, records: Records, ticket: Ticket, answer: str) -> tuple[Delivery, ...]:
        """All that a desk must know of a ticket that is new to it."""
        said = [m for m in await records.messages.of_ticket(ticket) if m.state == "kept"]
        if not said:
            return ()
        question, *rest = said
        opens = await self.opening(records, ticket, said, answer)
        by_mail = await self._with_pages(records, ticket, opens)
        deliveries = self.to_desk(ticket, opens, act="head", message=question, by_mail=by_mail)
        told = [(message.author, message.text) for message in rest if not message.internal]
        if told:
            deliveries += self.to_desk(ticket, desk_notes.history(told))
        return deliveries

    async def _with_pages(self, records: Records, ticket: Ticket, opens: Reply) -> Reply:
        """The head with the published answers that may fit as links to their pages."""
        names = await records.tickets.candidates_of(ticket)
        entries = [entry for name in names if (entry := self._desks.entry(name))]
        pages = [(entry.title, self._desks.page_of(entry.id)) for entry in entries]
        return desk_notes.with_links(opens, pages)

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
