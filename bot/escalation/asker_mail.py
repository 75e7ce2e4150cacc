"""How an asker leaves an e-mail for a ticket, before it is opened or after, and takes it back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation.messages import Outcome
from bot.conversation.replies import asker_mail as said
from bot.conversation.replies import previews
from bot.conversation.replies import tickets as ticket_said
from bot.escalation.addresses import keep_address, may_leave_address, read_address
from bot.escalation.tickets import Draft

if TYPE_CHECKING:
    from bot.conversation.messages import Incoming, Reply
    from bot.conversation.ticket_choices import TicketChoice
    from bot.escalation.casework import Casework
    from bot.escalation.drafting import Drafting
    from bot.escalation.ports import Records
    from bot.escalation.tickets import Ticket

ACTS = frozenset({"mail", "nomail"})
"""The buttons of it."""

MOST = 50
"""Tickets of a chat among which the one of a button is looked for."""


class AskerMail:
    """Takes addresses.

    Args:
        casework: works on the tickets.
        drafting: shows what is prepared.
    """

    def __init__(self, casework: Casework, drafting: Drafting) -> None:
        self._casework = casework
        self._drafting = drafting

    async def press(self, records: Records, incoming: Incoming, choice: TicketChoice) -> Outcome:
        """What a button leads to: of the preview (number 0), or of a ticket of this chat."""
        if not may_leave_address(self._casework, incoming):
            return Outcome(previews.nothing_to_send())
        if not choice.number:
            return Outcome(await self._in_preview(records, incoming, leaves=choice.act == "mail"))
        theirs = await records.tickets.of_chat(incoming, MOST)
        ticket = next((found for found in theirs if found.id == choice.number), None)
        if ticket is None:
            return Outcome(ticket_said.unknown_ticket())
        if choice.act == "nomail":
            return Outcome(await self._stop(records, incoming, ticket))
        return Outcome(await self._begin(records, incoming, ticket))

    async def take(self, records: Records, incoming: Incoming) -> Outcome | None:
        """The address that was asked for; None when none was, or the message is for the desk."""
        draft = await records.drafts.get(incoming)
        if draft is None or not draft.awaiting_mail:
            return None
        address = read_address(incoming.text)
        if not address and draft.ticket and "@" not in incoming.text:
            await records.drafts.drop(incoming)
            return None
        if not address:
            return Outcome(said.not_an_address(draft.ticket))
        if draft.ticket:
            return Outcome(await self._keep(records, incoming, draft, address))
        return Outcome(await self._drafting.begin(records, incoming, replace(draft, mail=address)))

    async def _in_preview(self, records: Records, incoming: Incoming, *, leaves: bool) -> Reply:
        draft = await records.drafts.get(incoming)
        if draft is None or draft.ticket:
            return previews.nothing_to_send()
        if not leaves:
            return await self._drafting.begin(records, incoming, replace(draft, mail=""))
        waiting = replace(draft, awaiting_mail=True, awaiting_detail=False)
        await records.drafts.put(incoming, waiting, self._casework.clock())
        return said.ask_for_address(0)

    async def _begin(self, records: Records, incoming: Incoming, ticket: Ticket) -> Reply:
        if not ticket.is_live:
            return ticket_said.change_meanwhile(ticket.number)
        draft = Draft(ticket.desk, ticket.reason, (), awaiting_mail=True, ticket=ticket.id)
        await records.drafts.put(incoming, draft, self._casework.clock())
        return said.ask_for_address(ticket.id)

    async def _keep(
        self, records: Records, incoming: Incoming, draft: Draft, address: str
    ) -> Reply:
        await records.drafts.drop(incoming)
        ticket = await records.tickets.get(draft.ticket)
        if ticket is None or not ticket.is_live:
            return ticket_said.unknown_ticket()
        return await keep_address(self._casework, records, incoming, ticket, address)

    async def _stop(self, records: Records, incoming: Incoming, ticket: Ticket) -> Reply:
        draft = await records.drafts.get(incoming)
        if draft is not None and draft.ticket == ticket.id:
            await records.drafts.drop(incoming)
        await records.mails.drop(ticket.id)
        return said.no_mails(ticket.number)
