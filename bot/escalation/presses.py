"""What the buttons of a ticket do once it is open, pressed by its asker and nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation.messages import Outcome
from bot.conversation.replies import ticket_status as status_said
from bot.conversation.replies import tickets as said
from bot.escalation.consent import give_consent
from bot.escalation.ticket_work import Done
from bot.escalation.tickets import Draft, NewMessage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.conversation.messages import Delivery, Incoming
    from bot.conversation.ticket_choices import TicketChoice
    from bot.escalation.casework import Casework
    from bot.escalation.drafting import Drafting
    from bot.escalation.ports import Records
    from bot.escalation.tickets import Ticket

MOST = 50
"""Tickets of a chat among which the one of a button is looked for."""


class Presses:
    """Does what is pressed.

    Args:
        casework: works on the tickets.
        drafting: prepares a new one where an old one cannot go on.
    """

    def __init__(self, casework: Casework, drafting: Drafting) -> None:
        self._casework = casework
        self._drafting = drafting
        self._on: dict[str, Callable[[Records, Ticket, TicketChoice], Awaitable[Done | None]]] = {
            "close": lambda records, ticket, _: casework.close(records, ticket, "asker"),
            "aside": lambda records, ticket, _: casework.set_aside(records, ticket),
            "rate": self._rate,
            "contact": self._show_contact,
        }

    async def handle(self, records: Records, incoming: Incoming, choice: TicketChoice) -> Outcome:
        """What a press leads to; a ticket of another chat is none."""
        theirs = await records.tickets.of_chat(incoming, MOST)
        ticket = next((found for found in theirs if found.id == choice.number), None)
        if ticket is None:
            return Outcome(said.unknown_ticket())
        if choice.act == "reopen":
            return await self._reopen(records, incoming, ticket)
        if choice.act == "receipt":
            told = status_said.new_receipt(ticket.number)
            return Outcome(await self._casework.add_receipt(records, incoming, ticket, told))
        act = self._on.get(choice.act)
        done = await act(records, ticket, choice) if act else None
        if done is None:
            return Outcome(said.change_meanwhile(ticket.number))
        return Outcome(done.reply, done.deliveries)

    async def _show_contact(self, records: Records, ticket: Ticket, _: TicketChoice) -> Done | None:
        if not ticket.is_live:
            return None
        await give_consent(records, ticket, self._casework.clock())
        return Done(ticket, reply=said.contact_shown(ticket.number))

    async def _rate(self, records: Records, ticket: Ticket, choice: TicketChoice) -> Done | None:
        # A forged button may carry anything.
        stars = int(choice.value) if choice.value.isdecimal() else 0
        return await self._casework.rate(records, ticket, stars)

    async def _reopen(self, records: Records, incoming: Incoming, ticket: Ticket) -> Outcome:
        until = await records.tickets.blocked_until(incoming)
        if until is not None and self._casework.clock() < until:
            return Outcome(said.refusal_of_blocked())
        if ticket.state == "closed" and not self._casework.may_reopen(ticket):
            draft = Draft(ticket.desk, ticket.reason, (), linked=ticket.id)
            shown = await self._drafting.begin(records, incoming, draft)
            told = said.too_late_to_reopen(ticket.number)
            return Outcome(replace(shown, paragraphs=(*told.paragraphs, *shown.paragraphs)))
        done = await self._casework.reopen(records, ticket)
        if done is None:
            return Outcome(said.change_meanwhile(ticket.number))
        sent = done.deliveries + await self._complaint(records, incoming, done)
        return Outcome(done.reply, sent)

    async def _complaint(
        self, records: Records, incoming: Incoming, done: Done
    ) -> tuple[Delivery, ...]:
        """What was said before the ticket was reopened goes to the desk with it."""
        draft = await records.drafts.get(incoming)
        if draft is None or draft.linked != done.ticket.id:
            return ()
        await records.drafts.drop(incoming)
        origin = records.tickets.name_origin(incoming)._replace(number=None)
        texts = self._drafting.seen_by_desk(draft)
        message = NewMessage.of_asker("\n\n".join(texts), origin)
        asked = await self._casework.ask(records, done.ticket, message)
        return asked.deliveries if asked else ()
