"""What an asker does with a ticket; the desk is told, and the bot is silent meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.conversation.messages import Reply
from bot.conversation.replies import desk_notes
from bot.conversation.replies import ticket_status as status_said
from bot.conversation.replies import tickets as said
from bot.conversation.replies.ticket_buttons import MOST_STARS
from bot.escalation import timers, transitions
from bot.escalation.channels import EDITABLE, LOST_WHEN_CLOSED, READ_ON_REQUEST
from bot.escalation.limits import HOUR, MESSAGES_AN_HOUR
from bot.escalation.masking import PIECES, for_desk_after
from bot.escalation.receipts import issue_receipt
from bot.escalation.ticket_work import Done, TicketWork
from bot.escalation.tickets import Opening
from bot.scrubbing.split import may_go_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.conversation.messages import Incoming
    from bot.escalation.limits import Refused
    from bot.escalation.ports import Records
    from bot.escalation.tickets import Draft, Message, NewMessage, Ticket

REOPEN = timedelta(days=said.REOPEN_DAYS)
ASIDE = timedelta(minutes=said.ASIDE_MINUTES)
RATING_OPEN = timedelta(days=1)
QUIET = timedelta(minutes=10)
"""How long an asker who goes on writing is not told again that the desk answers."""


class AskerWork(TicketWork):
    """The asker's half of :class:`bot.escalation.casework.Casework`."""

    async def open(
        self, records: Records, incoming: Incoming, draft: Draft, message: NewMessage
    ) -> Done | Refused:
        """Open a ticket for what somebody prepared; the same update again: the ticket it opened.

        Args:
            records: of the transaction.
            incoming: the press or message that sends it.
            draft: what was prepared.
            message: the question, as the desk shall see it.
        """
        at = self.clock()
        await records.tickets.lock_chat(incoming)
        known = await records.tickets.opened_by(incoming)
        if known is not None:
            return Done(known)
        refused = await self.limits.refuse(records, incoming, draft.desk, at)
        if refused is not None:
            return refused
        opening = Opening(
            draft.desk,
            draft.reason,
            message,
            incoming.chat,
            draft.turn_id,
            await self._due_at(records, draft.desk, at),
            draft.linked,
        )
        ticket = await records.tickets.open(incoming, opening, at)
        await self._remind(records, ticket, at)
        deliveries = await self.outgoing.head(records, ticket, draft.answer)
        way = said.Way(
            editable=ticket.channel in EDITABLE,
            brought=ticket.channel not in READ_ON_REQUEST,
        )
        reply = said.opening_notice(
            ticket.number, self.name(ticket), self.promise(ticket), ticket.id, way
        )
        return Done(ticket, deliveries, reply=reply)

    async def add_receipt(
        self, records: Records, incoming: Incoming, ticket: Ticket, reply: Reply
    ) -> Reply:
        """A reply with a new receipt of the ticket, where a chat is lost with its page."""
        if incoming.channel not in LOST_WHEN_CLOSED:
            return reply
        receipt = await issue_receipt(records, ticket, self.clock())
        return status_said.with_receipt(reply, receipt)

    async def ask(self, records: Records, ticket: Ticket, message: NewMessage) -> Done | None:
        """The asker writes: it goes to the desk, and the bot says nothing but that."""
        at = self.clock()
        if (known := await records.messages.find(message)) is not None:
            return Done(ticket, message=known)
        if await self._asks_too_much(records, ticket, message, at):
            return Done(ticket, reply=said.too_many_messages(ticket.number))
        wrote_before = await records.messages.count_asked(ticket, at - QUIET)
        due_at = await self._due_at(records, ticket.desk, at)
        after = await records.tickets.apply(transitions.ask(ticket, at, due_at))
        if after is None:
            return None
        last, before, words = await self._without_split_numbers(records, after, message, at)
        written = await records.messages.add(after, replace(message, text=words), at)
        await records.jobs.drop(after, timers.OF_ASKER)
        if ticket.waiting_since is None:
            await self._remind(records, after, at)
        text = desk_notes.asker_words(written.text)
        sent = self.outgoing.to_desk(after, text, act="message", message=written)
        for known, left in zip(last, before, strict=True):
            if left != known.text:
                sent += (await self.edit(records, after, known, left)).deliveries
        told = said.message_receipt(after.number, self.name(after), after.id)
        return Done(after, sent, written, Reply() if wrote_before else told)

    async def _without_split_numbers(
        self, records: Records, ticket: Ticket, message: NewMessage, at: datetime
    ) -> tuple[list[Message], list[str], str]:
        """The last messages, their words and those of a new one, without what spans them."""
        if not may_go_on(message.text):
            return [], [], message.text
        theirs = [
            known
            for known in await records.messages.of_ticket(ticket)
            if known.author == "asker" and known.state == "kept" and known.at >= at - QUIET
        ][-PIECES:]
        texts = [known.text for known in theirs]
        shown = not message.masked
        return theirs, *for_desk_after(texts, message.text, show_contact=shown)

    async def _asks_too_much(
        self, records: Records, ticket: Ticket, message: NewMessage, at: datetime
    ) -> bool:
        """Whether it is one message too many; of an album that was begun, no part is."""
        if await records.messages.of_album(message.album):
            return False
        return await records.messages.count_asked(ticket, at - HOUR) >= MESSAGES_AN_HOUR

    async def with_unread(self, records: Records, found: Sequence[Ticket], status: Reply) -> Reply:
        """A reply below what desks have said since it was last read where nothing is brought."""
        unread: list[tuple[str, str, str]] = []
        for ticket in reversed(found):
            for message in await records.messages.unread_of(ticket):
                unread.append((ticket.number, self.name(ticket), message.text))
                await records.messages.note_copy(message.id, "asker", "sent", None, self.clock())
        answers = status_said.new_answers(unread)
        return replace(status, paragraphs=(*answers, *status.paragraphs))

    async def set_aside(self, records: Records, ticket: Ticket) -> Done | None:
        """The asker has another question for the bot."""
        at = self.clock()
        done = await self._step(records, transitions.set_aside(ticket, at, at + ASIDE))
        return done and replace(done, reply=said.aside_notice(ticket.number))

    async def reopen(self, records: Records, ticket: Ticket, who: str = "asker") -> Done | None:
        """It goes on under its number; ``None`` also when it ended too long ago."""
        at = self.clock()
        if not self.may_reopen(ticket):
            return None
        due_at = await self._due_at(records, ticket.desk, at)
        after = await records.tickets.apply(transitions.reopen(ticket, at, who, due_at))
        if after is None:
            return None
        await self._remind(records, after, at)
        note = desk_notes.reopening_note(after.number)
        told = said.reopening_notice(after.number, self.name(after), self.promise(after), after.id)
        sent = self.outgoing.to_desk(after, note, act="reopen")
        if who == "asker":
            return Done(after, sent, reply=told)
        return Done(after, sent + await self.outgoing.to_asker(records, after, told))

    def may_reopen(self, ticket: Ticket) -> bool:
        """Whether it ended no longer ago than ``REOPEN``; later, a new one is linked to it."""
        ended = ticket.closed_at
        return ticket.state == "closed" and ended is not None and self.clock() - ended <= REOPEN

    async def rate(self, records: Records, ticket: Ticket, stars: int) -> Done | None:
        """The asker says what they think of it; it may be changed within a day of the end."""
        at, ended = self.clock(), ticket.closed_at
        too_late = ended is None or at - ended > RATING_OPEN
        if ticket.closing == "silence" or not 1 <= stars <= MOST_STARS:
            return None
        if ticket.rating is not None and too_late:
            return None
        after = await records.tickets.apply(transitions.rate(ticket, at, stars))
        return Done(after, reply=said.rating_thanks(stars)) if after else None
