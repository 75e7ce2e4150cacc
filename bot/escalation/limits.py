"""How much one person may ask of the desks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from bot.conversation.messages import Incoming
    from bot.escalation.ports import Records
    from bot.escalation.tickets import Ticket

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MESSAGES_AN_HOUR = 20
"""Into one ticket, by its asker."""

BLOCKED_FOR = timedelta(days=30)
"""By ``/bloquer``."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a ticket is not opened.

    Attributes:
        why: ``blocked``: the person may not for now; ``today``: they have opened enough within a
            day; ``already``: there is one at this desk, ``ticket``.
        ticket: the one that there is.
    """

    why: Literal["blocked", "today", "already"]
    ticket: Ticket | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What is allowed.

    Attributes:
        a_day: new tickets of one chat a day.
    """

    a_day: int = 3

    async def refuse(
        self, records: Records, incoming: Incoming, desk: str, at: datetime
    ) -> Refused | None:
        """Why this chat opens no ticket at this desk now; None: it may."""
        until = await records.tickets.blocked_until(incoming)
        if until is not None and at < until:
            return Refused("blocked")
        live = await records.tickets.live_of(incoming)
        same = next((ticket for ticket in live if ticket.desk == desk), None)
        if same is not None:
            return Refused("already", same)
        if await records.tickets.count_opened(incoming, at - DAY) >= self.a_day:
            return Refused("today")
        return None
