"""What is remembered of a chat besides its turns: where it is, gone, or to be left in peace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select, update

from bot.store.tables import chats, insert_new

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.vault import Vault
    from bot.store.writer import Writer


class Whereabouts(NamedTuple):
    """What is known of where a chat is.

    Attributes:
        left_at: when it left, if so.
        moved_to: its new number; 0 for the old one.
        has_address: whether its address is kept.
    """

    left_at: datetime | None = None
    moved_to: int = 0
    has_address: bool = False


class _Kept(NamedTuple):
    """A row, sealed as it is."""

    left_at: datetime | None = None
    moved_to: str | None = None
    address: str | None = None


class Chats:
    """The chats with something to remember, by pseudonym, as one bot knows them.

    Args:
        writer: everything is written through it.
        vault: seals where a chat is, and where it has moved.
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

    async def read_whereabouts(self, connection: AsyncConnection, chat: str) -> Whereabouts:
        """In a transaction: what is known of where a chat is."""
        row = await self._read(connection, chat)
        return Whereabouts(row.left_at, self._open(row.moved_to), row.address is not None)

    async def remember_address(self, connection: AsyncConnection, chat: str, number: int) -> None:
        """In a transaction: keep the number of a chat, sealed, to send something there later."""
        await self._write(connection, chat, address=self._vault.seal({"chat": number}))

    async def read_address(self, chat: str) -> int:
        """The number of a chat that is known by its pseudonym alone; 0: it is not kept."""
        row = await self._writer.run(lambda connection: self._read(connection, chat))
        return self._open(row.moved_to) or self._open(row.address)

    async def _read(self, connection: AsyncConnection, chat: str) -> _Kept:
        wanted = chats.c.left_at, chats.c.moved_to, chats.c.address
        found = select(*wanted).where(*self._is_this_chat(chat))
        row = (await connection.execute(found)).first()
        return _Kept(*row) if row else _Kept()

    def _open(self, sealed: str | None) -> int:
        return int(self._vault.open(sealed)["chat"]) if sealed else 0

    async def _remember(self, chat: str, **values: object) -> None:
        await self._writer.run(lambda connection: self._write(connection, chat, **values))

    async def _write(self, connection: AsyncConnection, chat: str, **values: object) -> None:
        new = {"source": self._source, "chat": chat, "reason": "", **values}
        # In this order, since another process may write the same chat for the first time too.
        added = insert_new(chats, connection.dialect.name).values(**new)
        if not (await connection.execute(added)).rowcount:
            changed = update(chats).where(*self._is_this_chat(chat))
            await connection.execute(changed.values(**values))

    def _is_this_chat(self, chat: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return chats.c.chat == chat, chats.c.source == self._source
