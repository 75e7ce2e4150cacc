"""What the channels handed over: stored before it is acknowledged, worked on in order of a chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import true

from bot.ops.errors import BotError
from bot.store.boxes.leases import LEASE, Leases
from bot.store.tables import inbox, insert_new

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.vault import Vault
    from bot.store.writer import Writer


_HELD = ("id", "at", "update_id", "chat", "attempts", "payload")


class Arrival(NamedTuple):
    """An update to be stored.

    Attributes:
        update_id: the channel's number of it.
        chat: the pseudonym of its chat.
        payload: the update itself, JSON.
    """

    update_id: int
    chat: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """An update that this process works on; ``payload`` is None when it cannot be opened."""

    id: int
    at: datetime
    update_id: int
    chat: str
    attempts: int
    payload: dict[str, Any] | None


class LostHoldError(BotError):
    """Another process has taken over; what was prepared here must not be written."""


class Inbox:
    """The inbox of one source, such as one Telegram bot.

    Args:
        writer: everything is written through it.
        vault: seals what people wrote.
        source: channel and account, so that two bots never take each other's numbers for theirs.
        holder: a name of this process.
    """

    def __init__(self, writer: Writer, vault: Vault, source: str, holder: str) -> None:
        self._writer = writer
        self._vault = vault
        self._source = source
        self.leases = Leases(writer, inbox, source, holder, LEASE)

    async def put(self, arrivals: Sequence[Arrival]) -> None:
        """Store what is new among ``arrivals``, all of it or nothing."""
        if not arrivals:
            return
        now = datetime.now(UTC)
        rows = [self._row(arrival, now) for arrival in arrivals]

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(insert_new(inbox, connection.dialect.name), rows)

        await self._writer.run(work)

    def _row(self, arrival: Arrival, now: datetime) -> dict[str, Any]:
        return {
            "at": now,
            "source": self._source,
            "update_id": arrival.update_id,
            "chat": arrival.chat,
            "payload": self._vault.seal(arrival.payload),
            "state": "pending",
            "reason": "",
            "attempts": 0,
        }

    async def claim(self, limit: int) -> list[list[Held]]:
        """Take what waits in free chats, at most ``limit`` of them; a chat's updates in order."""
        lanes = await self.leases.take(true(), _HELD, limit)
        opened = self._vault.open_or_none
        return [
            [Held(r.id, r.at, r.update_id, r.chat, r.attempts, opened(r.payload)) for r in rows]
            for rows in lanes
        ]

    async def mark_done(self, connection: AsyncConnection, held: Held) -> None:
        """In a transaction: mark an update as done, and empty its stored content.

        Raises:
            LostHoldError: another process holds the update by now.
        """
        if not await self.leases.settle(connection, held.id, {"state": "done", "payload": ""}):
            raise LostHoldError

    async def quarantine(self, held: Held, reason: str) -> None:
        """Set an update aside that cannot be worked on; it is kept sealed, to be looked into."""
        await self._writer.run(lambda connection: self.set_aside(connection, held, reason))

    async def set_aside(self, connection: AsyncConnection, held: Held, reason: str) -> None:
        """In a transaction: set an update aside that cannot be worked on.

        Raises:
            LostHoldError: another process holds the update by now.
        """
        values = {"state": "quarantined", "reason": reason[:100]}
        if not await self.leases.settle(connection, held.id, values):
            raise LostHoldError
