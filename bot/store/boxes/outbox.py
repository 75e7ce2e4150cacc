"""What must still be sent: one row a message, in order within a chat, kept until it went out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, or_, select, update

from bot.store.boxes.due import DUE_COLUMNS, NOTHING, Due, Question, add_sent_part, note_copy
from bot.store.boxes.leases import LEASE, Leases
from bot.store.tables import chats, outbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Update
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.vault import Vault
    from bot.store.writer import Writer


PRESSED = "pressed"
UNCERTAIN = "uncertain"
"""The reason of a message that very likely went out, although nobody said so."""


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
        self._holder = holder
        self.leases = Leases(writer, outbox, source, holder, LEASE)

    async def put(
        self,
        connection: AsyncConnection,
        chat: str,
        payloads: Sequence[dict[str, Any]],
        question: int | None = None,
        not_before: datetime | None = None,
        *,
        asked: Question = NOTHING,
    ) -> None:
        """In a transaction: put messages that are to be sent to a chat, in this order.

        Args:
            connection: of the transaction.
            chat: its pseudonym.
            payloads: one a message, JSON.
            question: the channel's number of the message that they answer.
            not_before: when they may be sent; until then others overtake them. None: at once.
            asked: what is known of that message.
        """
        same = {
            # How long it waits is reckoned from the moment when it may be sent.
            "at": not_before or datetime.now(UTC),
            "scheduled_for": not_before,
            "not_before": not_before,
            "asked_at": asked.at,
            "words": asked.words,
            "source": self._source,
            "chat": chat,
            "question": question,
        }
        new = {"state": "pending", "reason": "", "attempts": 0}
        rows = [{**same, **new, "payload": self._vault.seal(payload)} for payload in payloads]
        if rows:
            await connection.execute(insert(outbox), rows)

    async def put_about(
        self,
        connection: AsyncConnection,
        chat: str,
        payload: dict[str, Any],
        ticket_id: int,
        not_before: datetime | None = None,
        *,
        message: int = 0,
    ) -> int:
        """In a transaction: put a message that belongs to a ticket; the number of its row.

        ``message``: id of the ticket's message that it is a copy of, by which its parts are found.
        """
        row = {
            # Below zero, where no channel's number of a question is.
            "question": -message or None,
            "at": not_before or datetime.now(UTC),
            "scheduled_for": not_before,
            "not_before": not_before,
            "source": self._source,
            "chat": chat,
            "payload": self._vault.seal(payload),
            "state": "pending",
            "reason": "",
            "attempts": 0,
            "ticket_id": ticket_id,
        }
        added = insert(outbox).values(row).returning(outbox.c.id)
        return int((await connection.execute(added)).scalar_one())

    async def claim(self, limit: int) -> list[list[Due]]:
        """Take what waits for chats whose time has come, at most ``limit``, each in order."""
        wanted, among = self._its_time_has_come(), self._is_not_scheduled()
        lanes = await self.leases.take(wanted, DUE_COLUMNS, limit, among)
        opened = self._vault.open_or_none
        return [
            [
                Due(r.id, r.at, r.chat, r.attempts, opened(r.payload), r.ticket_id, r.asked_at)
                for r in rows
            ]
            for rows in lanes
        ]

    async def mark_sent(self, due: Due, message_id: int | None, reason: str = "") -> None:
        """Mark a message as sent: empty its content, keep the channel's number of it for edits."""
        await self._finish(due, state="sent", message_id=message_id, reason=reason)

    async def mark_sent_in(self, connection: AsyncConnection, due: Due) -> bool:
        """In a transaction: mark a message as sent; False when another process holds it by now."""
        done = {"state": "sent", "message_id": None, "payload": "", "done_at": datetime.now(UTC)}
        if not await self.leases.settle(connection, due.id, done):
            return False
        if due.ticket_id is not None:
            await connection.execute(note_copy(due, "sent", None))
        return True

    async def mark_dropped_in(self, connection: AsyncConnection, due: Due, reason: str) -> bool:
        """In a transaction: as :meth:`mark_dropped`; False when another process holds it by now."""
        done = {"state": "dropped", "reason": reason[:100], "payload": ""}
        if not await self.leases.settle(connection, due.id, {**done, "done_at": datetime.now(UTC)}):
            return False
        await connection.execute(note_copy(due, "failed", None))
        return True

    async def put_off_in(
        self, connection: AsyncConnection, due: Due, payload: dict[str, Any]
    ) -> bool:
        """In a transaction: have what is left of a message sent at once, in another form."""
        left = {"payload": self._vault.seal(payload)}
        return await self.leases.settle(connection, due.id, left, not_before=self._writer.moment())

    async def ticket_of(
        self, connection: AsyncConnection, message_id: int
    ) -> list[tuple[int, str]]:
        """In a transaction: tickets and lanes of what was sent under a number about a ticket."""
        found = select(outbox.c.ticket_id, outbox.c.chat).where(
            outbox.c.source == self._source,
            outbox.c.message_id == message_id,
            outbox.c.ticket_id.is_not(None),
        )
        return [(int(row[0]), row[1]) for row in await connection.execute(found)]

    async def mark_part_sent(
        self,
        due: Due,
        message_id: int | None,
        rest: dict[str, Any],
        reason: str = "",
        *,
        apart: bool = False,
    ) -> bool:
        """Note that a part was sent and keep the rest in hand; False when another process holds it.

        Args:
            due: what is being sent.
            message_id: the channel's number of the part; None: it is not known.
            rest: the payload of what remains.
            reason: why it is not known; empty when it is.
            apart: whether it belongs to no message of a ticket, as the head of a new topic.
        """
        held = outbox.c.id == due.id, outbox.c.state == "pending", outbox.c.holder == self._holder
        left = update(outbox).where(*held).values(payload=self._vault.seal(rest))
        part = add_sent_part(due.id, message_id, reason, apart=apart)

        async def work(connection: AsyncConnection) -> bool:
            if (await connection.execute(left)).rowcount != 1:
                return False
            await connection.execute(part)
            return True

        with self.leases.keep_in_hand(due.id):
            return await self._writer.run(work, urgent=True)

    async def mark_dropped(self, due: Due, reason: str) -> None:
        """Mark a message as one that can never be delivered."""
        await self._finish(due, state="dropped", reason=reason[:100])

    async def quarantine(self, due: Due, reason: str) -> None:
        """Set a message aside that cannot be read; it is kept sealed, to be looked into."""
        values = {"state": "quarantined", "reason": reason[:100], "done_at": datetime.now(UTC)}
        await self.leases.settle_alone(due.id, values)

    async def _finish(self, due: Due, **values: object) -> None:
        done = {**values, "payload": "", "done_at": datetime.now(UTC)}
        if due.ticket_id is None:
            await self.leases.settle_alone(due.id, done)
            return
        state = "sent" if values["state"] == "sent" else "failed"
        noted = note_copy(due, state, values.get("message_id"))

        async def work(connection: AsyncConnection) -> None:
            if await self.leases.settle(connection, due.id, done):
                await connection.execute(noted)

        with self.leases.keep_in_hand(due.id):
            await self._writer.run(work, urgent=True)

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

    async def count_waiting(self, chat: str) -> int:
        """How many messages wait for a chat, those that are scheduled for later left out."""
        waiting = *self._in(chat), outbox.c.state == "pending", self._is_not_scheduled()
        counted = select(func.count()).select_from(outbox).where(*waiting)

        async def work(connection: AsyncConnection) -> int:
            return int((await connection.execute(counted)).scalar_one())

        return await self._writer.run(work)

    async def words_of(
        self, connection: AsyncConnection, chat: str, question: int
    ) -> list[str | None]:
        """In a transaction: the digests of a message that was answered, the newest first."""
        found = select(outbox.c.words).where(*self._in(chat), outbox.c.question == question)
        return list((await connection.execute(found.order_by(outbox.c.id.desc()))).scalars())

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

    def _is_not_scheduled(self) -> ColumnElement[bool]:
        """Neither now, nor for later: the order of a chat is that in which things may be sent."""
        later = outbox.c.scheduled_for
        return or_(later.is_(None), later <= self._writer.moment())

    def _its_time_has_come(self) -> ColumnElement[bool]:
        now = self._writer.moment()
        same = chats.c.chat == outbox.c.chat, chats.c.source == outbox.c.source
        parked = select(chats.c.chat).where(*same, chats.c.parked_until > now)
        due = or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now)
        return and_(due, ~parked.exists())
