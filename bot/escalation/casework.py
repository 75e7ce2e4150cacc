"""What can be done with a ticket, whoever does it: one method each, within a transaction.

Each gives a :class:`bot.escalation.ticket_work.Done` with what is to be sent, which its caller
puts into the outbox in the same transaction; ``None``: somebody else was faster, and nothing was
written.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.conversation.replies import desk_notes
from bot.conversation.replies import tickets as said
from bot.escalation import timers, transitions
from bot.escalation.asker_work import AskerWork
from bot.escalation.desk_work import DeskWork
from bot.escalation.ticket_work import Done, name_staff

if TYPE_CHECKING:
    from bot.escalation.ports import Records
    from bot.escalation.staff import Staff
    from bot.escalation.tickets import (
        Closing,
        Ticket,
    )

RATING_PAUSE = timedelta(days=7)
"""How long a person who was asked for a rating is not asked again, whatever ends meanwhile."""


class Casework(AskerWork, DeskWork):
    """Works on tickets: for askers, for desks, and what either may do."""

    async def close(
        self,
        records: Records,
        ticket: Ticket,
        closing: Closing,
        staff: Staff | None = None,
        what: str = "",
    ) -> Done | None:
        """It is over: the bot is back, which both are told; after a silence nothing is asked.

        Args:
            records: of the transaction.
            ticket: which.
            closing: who ends it.
            staff: who, of the desk.
            what: why, in a word; kept with the event.
        """
        who = {"asker": "asker", "silence": "bot"}.get(closing) or name_staff(staff)
        step = transitions.close(ticket, self.clock(), closing, who, what)
        after = await records.tickets.apply(step)
        if after is None:
            return None
        await records.jobs.drop(after, timers.ALL)
        return await self._tell_of_end(records, after)

    async def _tell_of_end(self, records: Records, ticket: Ticket) -> Done:
        number = ticket.number
        asks = ticket.closing != "silence" and await self._may_ask_rating(records, ticket)
        if ticket.closing == "asker":
            sent = self.outgoing.to_desk(ticket, desk_notes.end_by_asker(number), act="close")
            reply = said.end_by_asker(number, ticket.id, asks_rating=asks)
            return Done(ticket, sent, reply=reply)
        if ticket.closing == "silence":
            note, reply = (
                desk_notes.end_by_silence(number),
                said.end_by_silence(number, ticket.id),
            )
        else:
            note = desk_notes.closing_note(number, "guichet")
            reply = said.end_by_desk(number, self.name(ticket), ticket.id, asks_rating=asks)
        sent = await self.outgoing.to_asker(records, ticket, reply)
        return Done(ticket, sent + self.outgoing.to_desk(ticket, note, act="close"))

    async def _may_ask_rating(self, records: Records, ticket: Ticket) -> bool:
        """Whether nobody has asked this person for a rating in ``RATING_PAUSE``."""
        at = self.clock()
        return await records.tickets.note_rating_asked(ticket, at, at - RATING_PAUSE)

    async def erase(self, records: Records, ticket: Ticket, who: str) -> Done | None:
        """Nothing of it leads to anybody any more; its topic is deleted by whoever made it."""
        return await self._step(records, transitions.erase(ticket, self.clock(), who))
