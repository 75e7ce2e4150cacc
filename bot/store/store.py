"""Everything that the bot remembers, opened once and closed once."""

from __future__ import annotations

import fcntl
import secrets
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVar

from sqlalchemy import func, select

from bot.store import StoreError
from bot.store.boxes.boxes import Boxes
from bot.store.boxes.chats import Chats
from bot.store.boxes.inbox import Inbox
from bot.store.boxes.outbox import Outbox
from bot.store.journal import SqlJournal
from bot.store.keeping import PENDING, queues
from bot.store.tables import metadata
from bot.store.thread import Thread
from bot.store.vault import Vault
from bot.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from io import TextIOWrapper
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database.database import Database
    from bot.store.pseudonym import Pseudonym

Transaction: TypeAlias = "AsyncConnection"
"""What belongs together in the database; callers only hand it on."""

T = TypeVar("T")


class Store:
    """The store of one process; open it with :meth:`open`.

    Attributes:
        database: where it lies.
        writer: what writes.
        pseudonym: names the chats.
        key: the secret that everything secret is derived from.
        vault: seals messages in transit.
        holder: the name of this process in what it holds.
    """

    def __init__(
        self, database: Database, pseudonym: Pseudonym, key: bytes, *, keep_texts: bool = True
    ) -> None:
        self.database = database
        self.pseudonym = pseudonym
        self.key = key
        self.vault = Vault(key)
        self.keep_texts = keep_texts
        self.holder = secrets.token_hex(8)
        self.writer = Writer(database, database.serving())
        self._lock: TextIOWrapper | None = None

    @classmethod
    async def open(
        cls, database: Database, key: bytes, pseudonym: Pseudonym, *, keep_texts: bool = True
    ) -> Self:
        """Create or migrate the database, then open it.

        Raises:
            StoreError: it cannot be used.
        """
        await database.upgrade()
        return cls(database, pseudonym, key, keep_texts=keep_texts)

    def journal(self, transaction: Transaction, source: str = "") -> SqlJournal:
        """The journal within a transaction of :meth:`write`; ``source`` numbers the updates."""
        return SqlJournal(transaction, self.pseudonym, source, keep_texts=self.keep_texts)

    def boxes(self, source: str) -> Boxes:
        """What one bot has, channel and account being its ``source``."""
        return Boxes(
            self.writer, source, self.inbox(source), self.outbox(source), self.chats(source)
        )

    def inbox(self, source: str) -> Inbox:
        """The inbox of one bot or other source."""
        return Inbox(self.writer, self.vault, source, self.holder)

    def outbox(self, source: str) -> Outbox:
        """The outbox of one bot."""
        return Outbox(self.writer, self.vault, source, self.holder)

    def chats(self, source: str) -> Chats:
        """The chats as one bot knows them."""
        return Chats(self.writer, self.vault, source)

    def thread(self, channel: str) -> Thread:
        """What was said in the conversations of a channel whose pages show it again."""
        return Thread(self.writer, self.vault, self.pseudonym, channel, keep=self.keep_texts)

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """As :meth:`bot.store.writer.Writer.run`."""
        return await self.writer.run(work)

    def hurry(self, seconds: float) -> None:
        """From now on, all calls together wait no longer than this for the database."""
        self.writer.hurry(seconds)

    async def take_over(self) -> None:
        """Become the one that serves; in a file, what an earlier process held is free again.

        Raises:
            StoreError: another process serves from the same file.
        """
        if self.database.path is None or self._lock is not None:
            return  # several may share a server; what a dead one held comes free with its lease
        self._lock = _lock_file(self.database.path.with_suffix(".lock"))
        boxes = self.boxes("")
        for leases in boxes.leases:
            await leases.release(everybody=True)
        await boxes.shorten_waits()

    async def probe(self) -> None:
        """Write a row that means nothing.

        Raises:
            StoreError: nothing can be written.
        """
        await self.chats("").park("", 0.0)

    async def waiting(self) -> dict[str, int]:
        """How many updates and messages wait, by table.

        Raises:
            StoreError: the database cannot be used.
        """
        counts = {
            table.name: select(func.count()).where(table.c.state == PENDING)
            for table in queues(metadata)
        }

        async def work(transaction: Transaction) -> dict[str, int]:
            return {
                name: int((await transaction.execute(count)).scalar_one())
                for name, count in counts.items()
            }

        return await self.writer.run(work)

    async def aclose(self) -> None:
        """Finish what is being written and let go; everything done is on the disk already."""
        await self.writer.aclose()
        if self._lock is not None:
            self._lock.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _lock_file(path: Path) -> TextIOWrapper:
    """A file that this process alone holds until it ends, however it ends."""
    try:
        file = path.open("w", encoding="ascii")
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}): check DATA_DIR") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise StoreError(
            f"another aiguilleur serves from {path.parent}: stop it, or set another DATA_DIR"
        ) from None
    return file
