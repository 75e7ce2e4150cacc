"""What must still be sent: one row a message, in order within a chat, kept until it went out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select, update

from bot.store.boxes.leases import LEASE, Leases
from bot.store.tables import chats, outbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Update
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.vault import Vault
    from bot.store.writer import Writer


PRESSED = "pressed"
_DUE = ("id", "at", "chat", "attempts", "payload")


@dataclass(frozen=True, slots=True)
class Due:
    """A message that this process is to send; ``payload`` is None when it cannot be opened."""

    id: int
    at: datetime
    chat: str
    attempts: int
    payload: dict[str, Any] | None


class Outbox:
    """The outbox of one source, such as one Telegram bot.

    Args:
        writer: everything is written through it.
        vault: seals what is said, and to whom.
        source: channel and account, so that no bot sends what another one was asked.
        holder: a name of this process.
    """

    def __init__(self, writer: Writer, vault: Vault, source: str, holder: str) -> None:
        self._writer = writer
        self._vault = vault
        self._source = source
        self.leases = Leases(writer, outbox, source, holder, LEASE)

    async def put(
        self,
        connection: AsyncConnection,
        chat: str,
        payloads: Sequence[dict[str, Any]],
        question: int | None = None,
    ) -> None:
        """In a transaction: these messages are to be sent to a chat, in this order.

        Args:
            connection: of the transaction.
            chat: its pseudonym.
            payloads: one a message, JSON.
            question: the channel's number of the message that they answer.
        """
        now = datetime.now(UTC)
        rows = [
            {
                "at": now,
                "source": self._source,
                "chat": chat,
                "question": question,
                "payload": self._vault.seal(payload),
                "state": "pending",
                "reason": "",
                "attempts": 0,
            }
            for payload in payloads
        ]
        if rows:
            at_once = insert(outbox).values(not_before=self._writer.moment())
            await connection.execute(at_once, rows)

    async def claim(self, limit: int) -> list[list[Due]]:
        """Take what waits for chats whose time has come, at most ``limit``, each in order."""
        lanes = await self.leases.take(self._its_time_has_come(), _DUE, limit)
        opened = self._vault.open_or_none
        return [
            [Due(r.id, r.at, r.chat, r.attempts, opened(r.payload)) for r in rows] for rows in lanes
        ]

    async def mark_sent(self, due: Due, message_id: int | None) -> None:
        """It went out; its words are emptied, the channel's number of it stays for edits."""
        await self._finish(due, state="sent", message_id=message_id)

    async def mark_dropped(self, due: Due, reason: str) -> None:
        """It can never be delivered."""
        await self._finish(due, state="dropped", reason=reason[:100])

    async def _finish(self, due: Due, **values: object) -> None:
        done = {**values, "payload": "", "done_at": datetime.now(UTC)}
        await self.leases.settle_alone(due.id, done)

    async def postpone(
        self, due: Due, seconds: float, payload: dict[str, Any] | None = None
    ) -> None:
        """Not now, but once ``seconds`` have passed; perhaps in another form."""
        values = {} if payload is None else {"payload": self._vault.seal(payload)}
        then = self._writer.moment(timedelta(seconds=seconds))
        await self.leases.settle_alone(due.id, values, not_before=then)

    async def answer_to(
        self, connection: AsyncConnection, chat: str, question: int
    ) -> list[tuple[str, int | None]]:
        """In a transaction: state and channel's number of what answers a message, in order."""
        found = select(outbox.c.state, outbox.c.message_id).where(
            *self._in(chat), outbox.c.question == question
        )
        rows = await connection.execute(found.order_by(outbox.c.id))
        return [(state, number) for state, number in rows]

    async def press(self, connection: AsyncConnection, chat: str, message_id: int) -> bool:
        """In a transaction: the buttons of a message are used; False when they were before."""
        row = *self._in(chat), outbox.c.message_id == message_id
        fresh = update(outbox).where(*row, outbox.c.reason == "").values(reason=PRESSED)
        if (await connection.execute(fresh)).rowcount:
            return True
        known = select(outbox.c.id).where(*row).limit(1)
        return (await connection.execute(known)).first() is None

    async def withdraw(self, connection: AsyncConnection, chat: str, question: int) -> None:
        """In a transaction: what waits as an answer to a message is not sent any more."""
        answers = outbox.c.question == question, outbox.c.holder.is_(None)
        await connection.execute(self._withdrawal(chat).where(*answers))

    async def withdraw_all(self, chat: str) -> None:
        """Nothing that waits for a chat is sent any more."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(self._withdrawal(chat))

        await self._writer.run(work)

    def _withdrawal(self, chat: str) -> Update:
        waiting = update(outbox).where(*self._in(chat), outbox.c.state == "pending")
        gone = {"state": "dropped", "payload": "", "done_at": datetime.now(UTC)}
        return waiting.values(**gone, lease=None, holder=None)

    def _in(self, chat: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return outbox.c.chat == chat, outbox.c.source == self._source

    def _its_time_has_come(self) -> ColumnElement[bool]:
        now = self._writer.moment()
        same = chats.c.chat == outbox.c.chat, chats.c.source == outbox.c.source
        parked = select(chats.c.chat).where(*same, chats.c.parked_until > now)
        return and_(outbox.c.not_before <= now, ~parked.exists())
