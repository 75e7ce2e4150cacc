"""What the work on tickets needs of the store to keep what is said; a part of its ``Records``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from bot.escalation.tickets import Copy, CopyState, Message, NewMessage, Place, Ticket


class Messages(Protocol):
    """What is said in tickets, and where it stands, within a transaction."""

    async def add(self, ticket: Ticket, message: NewMessage, at: datetime) -> Message:
        """Write a message; the same origin again: the one that is there, ``is_new`` false."""
        ...

    async def find(self, message: NewMessage) -> Message | None:
        """The message of this origin that is there already, ``is_new`` false."""
        ...

    async def of_ticket(self, ticket: Ticket) -> list[Message]:
        """All that is said in a ticket, in order."""
        ...

    async def unread_of(self, ticket: Ticket) -> list[Message]:
        """What the desk said that was not brought to the asker, nor read by them yet."""
        ...

    async def get(self, message_id: int) -> Message | None:
        """A message by its id."""
        ...

    async def at_place(self, source: str, chat: str, number: int) -> Message | None:
        """The message that has this number in a chat, whether it was written or copied there.

        Args:
            source: channel and account; empty: any.
            chat: the chat's pseudonym.
            number: the channel's own of the message.
        """
        ...

    async def of_album(self, album: str) -> list[Message]:
        """What was sent together under a name, in order; nothing for an empty one."""
        ...

    async def is_chat_unread(self, message: Message) -> bool:
        """Whether more that was written where a message was written waits to be worked on."""
        ...

    async def copies(self, message_id: int) -> list[Copy]:
        """Where a message stands."""
        ...

    async def numbers_at(self, message_id: int, place: Place) -> list[int]:
        """What a message is called at a place, in order: several where it was too long for one."""
        ...

    async def edit(self, message: Message, text: str, at: datetime) -> Message:
        """Change what it says."""
        ...

    async def withdraw(self, message: Message, at: datetime) -> Message:
        """Take it back: its text and its files are gone."""
        ...

    async def note_copy(
        self, message_id: int, place: Place, state: CopyState, number: int | None, at: datetime
    ) -> None:
        """Note what became of a copy."""
        ...

    async def count_asked(self, ticket: Ticket, since: datetime) -> int:
        """How many messages the asker has put into a ticket since a moment; an album is one."""
        ...


class Receipts(Protocol):
    """The codes by which tickets are found again, within a transaction; one a ticket."""

    async def put(self, ticket: Ticket, code: str, at: datetime) -> None:
        """From now on, this code is the ticket's, and no other."""
        ...

    async def has(self, ticket: Ticket, code: str) -> bool:
        """Whether a code is the ticket's."""
        ...


class AskerMails(Protocol):
    """The addresses that askers have left, within a transaction; one a ticket."""

    async def put(self, ticket: Ticket, address: str, at: datetime) -> None:
        """From now on, what the desk says goes to this address too, and to no other."""
        ...

    async def address_of(self, ticket: Ticket) -> str:
        """The address of a ticket; empty: none was left, or it was taken back."""
        ...

    async def drop(self, ticket_id: int) -> None:
        """Nothing goes there any more; no harm is done twice."""
        ...
