"""What the work on tickets needs of the store to know people by; a part of its ``Records``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from bot.conversation.messages import Incoming
    from bot.escalation.staff import Staff
    from bot.escalation.tickets import (
        Draft,
        Ticket,
    )


class Drafts(Protocol):
    """What people are about to send, within a transaction; one a chat."""

    async def put(self, incoming: Incoming, draft: Draft, at: datetime) -> None:
        """Keep a draft, instead of the one before."""
        ...

    async def get(self, incoming: Incoming) -> Draft | None:
        """The draft of a chat, if there is one."""
        ...

    async def drop(self, incoming: Incoming) -> None:
        """There is none any more."""
        ...


class Crew(Protocol):
    """The staff, within a transaction."""

    async def meet(self, channel: str, user: str, name: str) -> Staff:
        """Whoever has this number in a channel; written down at the first time.

        Args:
            channel: where.
            user: the channel's own number of the person; kept as a pseudonym.
            name: what colleagues see; kept sealed.
        """
        ...

    async def get(self, staff_id: int) -> Staff | None:
        """The staff of an id."""
        ...


class Labels(Protocol):
    """What desks say of the turns that led to tickets, within a transaction."""

    async def put(self, ticket: Ticket, by: str, entry: str, at: datetime) -> None:
        """Somebody, such as ``staff:3``, has chosen an entry for the question of a ticket."""
        ...
