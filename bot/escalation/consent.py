"""Whether a desk may see how to reach the asker of a ticket: they say so, before or meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.escalation.ports import Records
    from bot.escalation.tickets import Ticket


async def give_consent(records: Records, ticket: Ticket, at: datetime) -> bool:
    """The asker shows the desk how to reach them, in this ticket; False: they had done so."""
    key = f"consented:{ticket.id}"
    return await records.tickets.note(ticket, "consented", at, "asker", key=key)


async def has_consent(records: Records, ticket: Ticket) -> bool:
    """Whether they have."""
    events = await records.tickets.events(ticket)
    return any(event.kind == "consented" for event in events)
