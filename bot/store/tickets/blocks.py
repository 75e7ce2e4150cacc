"""Who may open no ticket for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.store.staff_tables import ticket_blocks
from bot.store.tables import insert_new

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import Incoming
    from bot.store.pseudonym import Pseudonym


class SqlBlocks:
    """The part of ``bot.escalation.ports.Tickets`` that refuses people."""

    _connection: AsyncConnection
    _pseudonym: Pseudonym

    async def block(self, chat: str, until: datetime, at: datetime) -> None:
        """This chat, by pseudonym, opens no ticket before a moment."""
        row = {"chat": chat, "at": at, "until": until}
        added = insert_new(ticket_blocks, self._connection.dialect.name).values(row)
        if not (await self._connection.execute(added)).rowcount:
            known = update(ticket_blocks).where(ticket_blocks.c.chat == chat)
            await self._connection.execute(known.values(at=at, until=until))

    async def blocked_until(self, incoming: Incoming) -> datetime | None:
        """Until when this chat opens no ticket; None: it may."""
        chat = self._pseudonym.of(incoming.channel, incoming.chat)
        found = select(ticket_blocks.c.until).where(ticket_blocks.c.chat == chat)
        return (await self._connection.execute(found)).scalar_one_or_none()
