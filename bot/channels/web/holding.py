"""Who reads what is written in a web chat: a desk while its ticket goes on, else the bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation.messages import Incoming
from bot.conversation.replies import french

if TYPE_CHECKING:
    from datetime import datetime

    from bot.escalation.casework import Casework
    from bot.escalation.ports import Records

MOST = 5
"""Tickets of a chat among which the one that holds it is looked for."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The ticket that holds a chat.

    Attributes:
        ticket: its id.
        number: what people call it.
        desk: the name of its desk.
        taken: whether somebody there has it.
        aside_until: until when the bot answers all the same; None: it is silent.
    """

    ticket: int
    number: str
    desk: str
    taken: bool
    aside_until: datetime | None = None


async def read_holder(
    records: Records, casework: Casework, channel: str, chat: str
) -> Holder | None:
    """Who holds a chat now; None: the bot answers.

    Args:
        records: of a transaction.
        casework: knows the desks and the moment.
        channel: where the chat is.
        chat: the channel's own id of it.
    """
    found = await records.tickets.of_chat(Incoming(channel, chat), MOST)
    ticket = next((each for each in found if each.is_live), None)
    if ticket is None:
        return None
    until = ticket.aside_until if not ticket.holds_chat(casework.clock()) else None
    taken = ticket.state != "open"
    return Holder(ticket.id, ticket.number, french(casework.name(ticket)), taken, until)
