"""What is said in tickets, sealed, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, delete, distinct, func, insert, select, update

from bot.escalation.tickets import Attachment, Copy, Message
from bot.store.tables import inbox, insert_new, outbox
from bot.store.ticket_tables import attachments, ticket_copies, ticket_messages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.escalation.tickets import CopyState, NewMessage, Place, Ticket
    from bot.store.vault import Vault


class SqlMessages:
    """A ``bot.escalation.ports.Messages`` in one transaction.

    Args:
        connection: of the transaction.
        vault: seals what is said.
    """

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def add(self, ticket: Ticket, message: NewMessage, at: datetime) -> Message:
        """Write a message; the same origin again: the one that is there, ``is_new`` false."""
        added = insert_new(ticket_messages, self._connection.dialect.name)
        written = added.values(self._row(ticket, message, at)).returning(ticket_messages.c.id)
        number = (await self._connection.execute(written)).scalar_one_or_none()
        if number is None:
            known = await self.find(message)
            assert known is not None, "its origin is taken"  # noqa: S101 - for the types
            return known
        await self._add_attachments(number, message.attachments)
        if message.number is not None:
            await self._add_origin(number, message, at)
        found = await self.get(number)
        assert found is not None, "it was written in this transaction"  # noqa: S101 - for the types
        return found

    def _row(self, ticket: Ticket, message: NewMessage, at: datetime) -> dict[str, Any]:
        return {
            "ticket_id": ticket.id,
            "at": at,
            "author": message.author,
            "staff": message.staff,
            "internal": message.internal,
            "body": self._vault.seal({"text": message.text}),
            "scrubbed": message.masked,
            # Nothing is told apart by an empty origin.
            "origin": message.origin or None if message.origin_id else None,
            "origin_id": message.origin_id or None,
            "album": message.album or None,
            "state": "kept",
        }

    async def find(self, message: NewMessage) -> Message | None:
        """The message of this origin that is there already, ``is_new`` false."""
        same = (
            ticket_messages.c.origin == message.origin,
            ticket_messages.c.origin_id == message.origin_id,
        )
        found = await self._read(*same, is_new=False) if message.origin_id else []
        return found[0] if found else None

    async def _add_attachments(self, message_id: int, files: Sequence[Attachment]) -> None:
        rows = [
            {
                "message_id": message_id,
                "kind": file.kind,
                "name": self._vault.seal({"name": file.name}),
                "size": file.size,
                "sha256": file.sha256,
                "handle": self._vault.seal({"handle": file.handle}),
            }
            for file in files
        ]
        if rows:
            await self._connection.execute(insert(attachments), rows)

    async def _add_origin(self, message_id: int, message: NewMessage, at: datetime) -> None:
        row = {
            "message_id": message_id,
            "place": message.place,
            "source": message.origin,
            "chat": message.chat,
            "number": message.number,
            "state": "origin",
            "at": at,
        }
        await self._connection.execute(insert(ticket_copies).values(row))

    async def of_ticket(self, ticket: Ticket) -> list[Message]:
        """All that is said in a ticket, in order."""
        return await self._read(ticket_messages.c.ticket_id == ticket.id)

    async def unread_of(self, ticket: Ticket) -> list[Message]:
        """What the desk said that was not brought to the asker, nor read by them yet."""
        waits = ticket_copies.c.place == "asker", ticket_copies.c.state == "pending"
        nowhere = select(ticket_copies.c.message_id).where(
            *waits, ticket_copies.c.outbox_id.is_(None)
        )
        theirs = ticket_messages.c.author == "desk", ticket_messages.c.state == "kept"
        here = ticket_messages.c.ticket_id == ticket.id, ticket_messages.c.internal.is_(False)
        return await self._read(*here, *theirs, ticket_messages.c.id.in_(nowhere))

    async def get(self, message_id: int) -> Message | None:
        """A message by its id."""
        found = await self._read(ticket_messages.c.id == message_id)
        return found[0] if found else None

    async def at_place(self, source: str, chat: str, number: int) -> Message | None:
        """The message that has this number in a chat; an empty source stands for any."""
        here = ticket_copies.c.chat == chat, ticket_copies.c.number == number
        whose = (ticket_copies.c.source == source,) if source else ()
        wanted = select(ticket_copies.c.message_id).where(*here, *whose).limit(1)
        message_id = (await self._connection.execute(wanted)).scalar_one_or_none()
        return await self.get(message_id) if message_id is not None else None

    async def of_album(self, album: str) -> list[Message]:
        """What was sent together under a name, in order; nothing for an empty one."""
        return await self._read(ticket_messages.c.album == album) if album else []

    async def is_chat_unread(self, message: Message) -> bool:
        """Whether more that was written where a message was written waits to be worked on."""
        theirs = ticket_copies.c.message_id == message.id, ticket_copies.c.state == "origin"
        same = inbox.c.chat == ticket_copies.c.chat, inbox.c.source == ticket_copies.c.source
        waiting = select(inbox.c.id).where(*theirs, *same, inbox.c.state == "pending").limit(1)
        return (await self._connection.execute(waiting)).first() is not None

    async def copies(self, message_id: int) -> list[Copy]:
        """Where a message stands."""
        names = ("message_id", "place", "state", "source", "chat", "number")
        found = select(*(ticket_copies.c[name] for name in names)).where(
            ticket_copies.c.message_id == message_id
        )
        rows = await self._connection.execute(found.order_by(ticket_copies.c.place))
        return [Copy(*row) for row in rows]

    async def numbers_at(self, message_id: int, place: Place) -> list[int]:
        """What a message is called at a place, in order: several where it was too long for one."""
        copy = ticket_copies.c.message_id == message_id, ticket_copies.c.place == place
        known = select(ticket_copies.c.number, ticket_copies.c.outbox_id).where(*copy)
        row = (await self._connection.execute(known)).first()
        if row is None or row.number is None:
            return []
        first = select(outbox.c.chat).where(outbox.c.id == row.outbox_id).scalar_subquery()
        # Those of the rows since it was copied there; parts and edits have rows of their own.
        parts = outbox.c.question == -message_id, outbox.c.chat == first
        sent = outbox.c.state == "sent", outbox.c.message_id.is_not(None)
        found = select(outbox.c.message_id).where(*parts, *sent, outbox.c.id >= row.outbox_id)
        return sorted({row.number, *(await self._connection.execute(found)).scalars()})

    async def edit(self, message: Message, text: str, at: datetime) -> Message:
        """Change what it says."""
        return await self._change(message, body=self._vault.seal({"text": text}), edited_at=at)

    async def withdraw(self, message: Message, at: datetime) -> Message:
        """Take it back: its text and its files are gone."""
        gone = delete(attachments).where(attachments.c.message_id == message.id)
        await self._connection.execute(gone)
        return await self._change(message, body="", state="withdrawn", edited_at=at)

    async def _change(self, message: Message, **values: object) -> Message:
        changed = update(ticket_messages).where(ticket_messages.c.id == message.id)
        await self._connection.execute(changed.values(**values))
        (found,) = await self._read(ticket_messages.c.id == message.id)
        return found

    async def note_copy(
        self, message_id: int, place: Place, state: CopyState, number: int | None, at: datetime
    ) -> None:
        """Note what became of a copy."""
        there = ticket_copies.c.message_id == message_id, ticket_copies.c.place == place
        noted = update(ticket_copies).where(*there).values(state=state, number=number, at=at)
        await self._connection.execute(noted)

    async def count_asked(self, ticket: Ticket, since: datetime) -> int:
        """How many messages the asker has put into a ticket since a moment; an album is one."""
        theirs = ticket_messages.c.author == "asker", ticket_messages.c.at >= since
        itself = cast(ticket_messages.c.id, String)
        together = func.count(distinct(func.coalesce(ticket_messages.c.album, itself)))
        number = select(together).where(ticket_messages.c.ticket_id == ticket.id, *theirs)
        return int((await self._connection.execute(number)).scalar_one())

    async def _read(self, *where: ColumnElement[bool], is_new: bool = True) -> list[Message]:
        found = select(ticket_messages).where(*where).order_by(ticket_messages.c.id)
        rows = (await self._connection.execute(found)).all()
        files = await self._attachments([row.id for row in rows])
        return [self._message(row, files.get(row.id, ()), is_new=is_new) for row in rows]

    async def _attachments(self, numbers: Sequence[int]) -> dict[int, tuple[Attachment, ...]]:
        wanted = select(attachments).where(attachments.c.message_id.in_(numbers))
        rows = await self._connection.execute(wanted.order_by(attachments.c.id))
        found: dict[int, tuple[Attachment, ...]] = {}
        for row in rows:
            name, handle = self._open(row.name, "name"), self._open(row.handle, "handle")
            file = Attachment(row.kind, name, row.size, row.sha256, handle)
            found[row.message_id] = (*found.get(row.message_id, ()), file)
        return found

    def _message(self, row: Row[Any], files: tuple[Attachment, ...], *, is_new: bool) -> Message:
        return Message(
            id=row.id,
            ticket_id=row.ticket_id,
            at=row.at,
            author=row.author,
            text=self._open(row.body, "text"),
            staff=row.staff,
            internal=row.internal,
            state=row.state,
            edited_at=row.edited_at,
            attachments=files,
            album=row.album or "",
            is_new=is_new,
        )

    def _open(self, sealed: str, name: str) -> str:
        """What is sealed; empty when it is gone, or sealed with another key."""
        opened = self._vault.open_or_none(sealed) if sealed else None
        return str(opened[name]) if opened else ""
