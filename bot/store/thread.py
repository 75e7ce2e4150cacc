"""What was said in a conversation whose page shows it again: sealed, and numbered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from bot.conversation.messages import Reply
from bot.store.locking import lock_chat
from bot.store.thread_table import messages

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import Incoming
    from bot.store.pseudonym import Pseudonym
    from bot.store.vault import Vault
    from bot.store.writer import Writer

PERSON, SERVICE = "person", "service"
MAX_READ = 200
"""Messages that are read at once; a longer conversation shows its end."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a thread.

    Attributes:
        number: grows within a thread, though not by one; 0: it is not kept.
        reply: what the service said; None when the person speaks.
        text: what the person wrote, as it is kept: scrubbed.
        choice: the data of the button that the person pressed instead.
        at: when it was said (UTC); None for what is being said now.
    """

    number: int
    reply: Reply | None = None
    text: str = ""
    choice: str = ""
    at: datetime | None = None


class Thread:
    """The conversations of one channel; a number is never given twice, whatever is erased.

    Args:
        writer: everything is written through it.
        vault: seals what is said.
        pseudonym: names the chats.
        channel: whose conversations.
        keep: whether questions and their replies are kept; what comes later always is, until it
            is purged, for there is no other way to show it.
    """

    def __init__(
        self, writer: Writer, vault: Vault, pseudonym: Pseudonym, channel: str, *, keep: bool
    ) -> None:
        self._writer = writer
        self._vault = vault
        self._pseudonym = pseudonym
        self._channel = channel
        self._keep = keep

    async def answer_to(self, connection: AsyncConnection, incoming: Incoming) -> Said | None:
        """In a transaction: what was answered to this same message before; None when it is new.

        The thread is nobody else's until the transaction ends, so that a message sent twice at
        the same moment is answered once.
        """
        chat = self._pseudonym.of(incoming.channel, incoming.chat)
        await lock_chat(connection, chat)
        answer = messages.c.update_id == incoming.update_id, messages.c.author == SERVICE
        found = _content().where(*self._in(chat), *answer)
        return next(iter(self._open(await _fetch(connection, found))), None)

    async def put(
        self, connection: AsyncConnection, incoming: Incoming, text: str, reply: Reply
    ) -> int:
        """In a transaction: keep a message and its reply; the reply's number.

        Args:
            connection: of the transaction.
            incoming: the message.
            text: what is kept of its words, scrubbed before.
            reply: what is answered.
        """
        if not self._keep:
            return 0
        chat = self._pseudonym.of(incoming.channel, incoming.chat)
        asked = {"text": text, "choice": incoming.choice}
        await self._add(connection, chat, PERSON, asked, incoming.update_id)
        said = {"reply": reply.to_dict()}
        return await self._add(connection, chat, SERVICE, said, incoming.update_id)

    async def put_late(self, connection: AsyncConnection, chat: str, reply: Reply) -> int:
        """In a transaction: keep what nobody has just asked for; its number.

        Args:
            connection: of the transaction.
            chat: the pseudonym.
            reply: what is said.
        """
        # A higher number must not be visible before a lower one, which a page would then miss.
        await lock_chat(connection, chat)
        return await self._add(connection, chat, SERVICE, {"reply": reply.to_dict()}, None)

    async def read(self, chat: str, after: int) -> list[Said]:
        """What was said in a chat after a number, in order; of much, the last of it.

        Args:
            chat: the channel's own id of it.
            after: 0: from the beginning.
        """
        later = messages.c.id > after
        found = _content().where(*self._in(self._pseudonym.of(self._channel, chat)), later)
        last = found.order_by(messages.c.id.desc()).limit(MAX_READ)
        rows = await self._writer.run(lambda connection: _fetch(connection, last))
        return self._open(rows[::-1])

    async def newest(self, chats: Collection[str]) -> dict[str, int]:
        """The number of the last message of each of these chats that has one, by pseudonym."""
        last = select(messages.c.chat, func.max(messages.c.id)).group_by(messages.c.chat)
        wanted = last.where(messages.c.chat.in_(chats), messages.c.channel == self._channel)
        rows = await self._writer.run(lambda connection: _fetch(connection, wanted))
        return {chat: int(number) for chat, number in rows}

    async def _add(
        self,
        connection: AsyncConnection,
        chat: str,
        author: str,
        content: dict[str, Any],
        update_id: int | None,
    ) -> int:
        row = {
            "at": datetime.now(UTC),
            "channel": self._channel,
            "chat": chat,
            "author": author,
            "update_id": update_id,
            "payload": self._vault.seal(content),
        }
        added = insert(messages).values(row).returning(messages.c.id)
        return int((await connection.execute(added)).scalar_one())

    def _open(self, rows: Sequence[tuple[Any, ...]]) -> list[Said]:
        """The messages of rows, without what was sealed with another key."""
        opened = [(number, at, self._vault.open_or_none(payload)) for number, payload, at in rows]
        return [_said(number, at, content) for number, at, content in opened if content is not None]

    def _in(self, chat: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return messages.c.chat == chat, messages.c.channel == self._channel


def _content() -> Select[Any]:
    return select(messages.c.id, messages.c.payload, messages.c.at)


def _said(number: int, at: datetime, content: dict[str, Any]) -> Said:
    if "reply" in content:
        return Said(number, Reply.from_dict(content["reply"]), at=at)
    return Said(number, text=content["text"], choice=content["choice"], at=at)


async def _fetch(connection: AsyncConnection, query: Select[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await connection.execute(query)]
