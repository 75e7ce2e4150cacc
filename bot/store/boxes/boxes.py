"""What one bot has in the store: several may share a database, and none meddles with another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store.keeping import declared_tables
from bot.store.schema import metadata

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.boxes.chats import Chats
    from bot.store.boxes.inbox import Inbox
    from bot.store.boxes.leases import Leases
    from bot.store.boxes.outbox import Outbox
    from bot.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of one source.

    Attributes:
        writer: everything is written through it.
        source: channel and account.
        inbox, outbox, chats: as they say.
    """

    writer: Writer
    source: str
    inbox: Inbox
    outbox: Outbox
    chats: Chats

    @property
    def leases(self) -> tuple[Leases, Leases]:
        """What this process holds in either box."""
        return self.inbox.leases, self.outbox.leases

    async def adopt(self) -> None:
        """Take on what an earlier version wrote and no bot has signed.

        Raises:
            StoreError: the database cannot be used.
        """
        signed = [
            statement
            for table, keeping in declared_tables(metadata)
            if keeping.adopt is not None
            for statement in keeping.adopt(table, self.source)
        ]

        async def work(connection: AsyncConnection) -> None:
            for statement in signed:
                await connection.execute(statement)

        await self.writer.run(work)
