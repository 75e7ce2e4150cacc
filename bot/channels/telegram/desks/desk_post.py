"""The sender's half of the desks: what opens, judges and follows up what is sent about tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bot.channels.telegram.desks.aftermath import Aftermath
    from bot.channels.telegram.desks.digests import Digests
    from bot.channels.telegram.desks.ticket_mail import TicketMail
    from bot.store.boxes.due import Due


class DeskPost(NamedTuple):
    """What the sender needs where desks answer.

    Attributes:
        mail: opens what waits about tickets.
        aftermath: follows up what became of it.
        digests: say that more is to follow than the pace allows.
    """

    mail: TicketMail
    aftermath: Aftermath
    digests: Digests


def is_about_ticket(due: Due) -> bool:
    """Whether what waits belongs to a ticket, whole or begun."""
    payload = due.payload or {}
    return "about" in payload or any(each.get("about") for each in payload.get("messages", ()))
