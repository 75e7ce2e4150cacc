"""What is remembered of a chat besides its turns: gone, moved, or to be left in peace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.store.tables import chats, insert_new

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.vault import Vault
    from bot.store.writer import Writer


class Chats:
    """The chats with something to remember, by pseudonym, as one bot knows them.

    Args:
        writer: everything is written through it.
        vault: seals where a chat has moved.
        source: channel and account.
    """

    def __init__(self, writer: Writer, vault: Vault, source: str) -> None:
        self._writer = writer
        self._vault = vault
        self._source = source

    async def park(self, chat: str, seconds: float) -> None:
        """Nothing is sent there before so many seconds have passed."""
        await self._remember(chat, parked_until=self._writer.moment(timedelta(seconds=seconds)))

    async def record_leaving(self, chat: str, reason: str) -> None:
        """The chat does not want us any more, or is no more."""
        await self._remember(chat, left_at=datetime.now(UTC), reason=reason[:100])

    async def record_return(self, chat: str) -> None:
        """The chat takes messages again."""
        await self._remember(chat, left_at=None, reason="")

    async def is_back(self, connection: AsyncConnection, chat: str) -> None:
        """In a transaction: the same."""
        again = update(chats).where(*self._is_this_chat(chat))
        await connection.execute(again.values(left_at=None, reason=""))

    async def record_move(self, chat: str, to: int) -> None:
        """The chat has another number from now on."""
        await self._remember(chat, moved_to=self._vault.seal({"chat": to}))

    async def read_whereabouts(
        self, connection: AsyncConnection, chat: str
    ) -> tuple[datetime | None, int]:
        """In a transaction: when the chat left, if so, and its new number; 0 for the old one."""
        found = select(chats.c.left_at, chats.c.moved_to).where(*self._is_this_chat(chat))
        row = (await connection.execute(found)).first()
        if row is None:
            return None, 0
        return row.left_at, int(self._vault.open(row.moved_to)["chat"]) if row.moved_to else 0

    async def _remember(self, chat: str, **values: object) -> None:
        changed = update(chats).where(*self._is_this_chat(chat)).values(**values)
        new = {"source": self._source, "chat": chat, "reason": "", **values}

        async def work(connection: AsyncConnection) -> None:
            # In this order, since another process may write the same chat for the first time too.
            added = insert_new(chats, connection.dialect.name).values(**new)
            if not (await connection.execute(added)).rowcount:
                await connection.execute(changed)

        await self._writer.run(work)

    def _is_this_chat(self, chat: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return chats.c.chat == chat, chats.c.source == self._source
