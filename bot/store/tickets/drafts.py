"""What people are about to send to a desk, sealed; one a chat."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from bot.escalation.tickets import Draft
from bot.store.staff_tables import ticket_drafts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import Incoming
    from bot.store.pseudonym import Pseudonym
    from bot.store.vault import Vault


class SqlDrafts:
    """A ``bot.escalation.ports.Drafts`` in one transaction.

    Args:
        connection: of the transaction.
        vault: seals what people write.
        pseudonym: names chats.
    """

    def __init__(self, connection: AsyncConnection, vault: Vault, pseudonym: Pseudonym) -> None:
        self._connection = connection
        self._vault = vault
        self._pseudonym = pseudonym

    async def put(self, incoming: Incoming, draft: Draft, at: datetime) -> None:
        """Keep a draft, instead of the one before."""
        await self.drop(incoming)
        row = {
            "channel": incoming.channel,
            "chat": self._chat(incoming),
            "at": at,
            "payload": self._vault.seal(asdict(draft)),
        }
        await self._connection.execute(insert(ticket_drafts).values(row))

    async def get(self, incoming: Incoming) -> Draft | None:
        """The draft of a chat, if there is one."""
        found = select(ticket_drafts.c.payload).where(*self._here(incoming))
        sealed = (await self._connection.execute(found)).scalar_one_or_none()
        kept = self._vault.open_or_none(sealed) if sealed else None
        return Draft(**{**kept, "texts": tuple(kept["texts"])}) if kept else None

    async def drop(self, incoming: Incoming) -> None:
        """There is none any more."""
        await self._connection.execute(delete(ticket_drafts).where(*self._here(incoming)))

    def _here(self, incoming: Incoming) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        named = ticket_drafts.c.chat == self._chat(incoming)
        return ticket_drafts.c.channel == incoming.channel, named

    def _chat(self, incoming: Incoming) -> str:
        return self._pseudonym.of(incoming.channel, incoming.chat)
