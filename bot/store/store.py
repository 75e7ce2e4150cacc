"""Everything that the bot remembers, opened once and closed once."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVar

from sqlalchemy import func, select

from bot.store import StoreError
from bot.store.accounts import Accounts
from bot.store.boxes.boxes import Boxes
from bot.store.boxes.chats import Chats
from bot.store.boxes.inbox import Inbox
from bot.store.boxes.outbox import Outbox
from bot.store.database.file_lock import lock_database
from bot.store.database.revision import (
    newest_revision,
    read_revision,
    refuse_other_revision,
)
from bot.store.journal import SqlJournal
from bot.store.keeping import PENDING, queues
from bot.store.key_mark import check_key
from bot.store.reader import Reader
from bot.store.recall import SqlRecall
from bot.store.schema import metadata
from bot.store.scrubber import NO_TEXT, Scrubber
from bot.store.thread import Thread
from bot.store.tickets.records import SqlRecords
from bot.store.vault import Vault
from bot.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from io import TextIOWrapper

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import Incoming
    from bot.store.database.database import Database
    from bot.store.pseudonym import Pseudonym
    from bot.store.scrubber import Scrubbed

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
        reader: what reads beside it.
        accounts: those who work in the bureau.
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
        self.writer = Writer(database, database.serving(), self._examine)
        self.reader = Reader(database)
        self.accounts = Accounts(self.writer)
        self._scrubber = Scrubber(self.writer, pseudonym, keep=keep_texts)
        self._lock: TextIOWrapper | None = None
        self._serves = False

    @classmethod
    async def open(
        cls, database: Database, key: bytes, pseudonym: Pseudonym, *, keep_texts: bool = True
    ) -> Self:
        """Create or migrate the database, then open it.

        Raises:
            StoreError: it cannot be used, or was written with another key.
        """
        await database.upgrade()
        return await cls.open_as_it_is(database, key, pseudonym, keep_texts=keep_texts)

    def records(self, transaction: Transaction, source: str = "") -> SqlRecords:
        """The tickets within a transaction of :meth:`write`."""
        return SqlRecords(transaction, self.vault, self.pseudonym, source)

    @classmethod
    async def open_as_it_is(
        cls,
        database: Database,
        key: bytes,
        pseudonym: Pseudonym,
        *,
        keep_texts: bool = True,
        lock: TextIOWrapper | None = None,
    ) -> Self:
        """Open a database of this version's schema.

        Args:
            database: where it lies.
            key: the secret, whose mark is compared with the database's.
            pseudonym: names the chats.
            keep_texts: whether what people write is kept, scrubbed.
            lock: of the file, when this process serves from it; closed with the store.

        Raises:
            StoreError: it cannot be used, or was written with another key.
        """
        store = cls(database, pseudonym, key, keep_texts=keep_texts)
        try:
            await store.write(lambda connection: check_key(connection, key, database.name))
        except StoreError:
            await store.aclose()
            raise
        store._lock = lock
        return store

    async def scrub(self, incoming: Incoming) -> Scrubbed:
        """What is kept of a message; as :meth:`bot.store.scrubber.Scrubber.scrub`."""
        return await self._scrubber.scrub(incoming)

    async def _examine(self, connection: Transaction) -> None:
        """In a transaction: refuse a database of another schema or key than this process's."""
        name, found = self.database.name, await connection.run_sync(read_revision)
        refuse_other_revision(name, found, newest_revision())
        await check_key(connection, self.key, name)

    def journal(
        self, transaction: Transaction, source: str = "", scrubbed: Scrubbed = NO_TEXT
    ) -> SqlJournal:
        """The journal within a transaction of :meth:`write`.

        Args:
            transaction: it is part of.
            source: numbers the updates.
            scrubbed: what :meth:`scrub` made of the message that is recorded, before.
        """
        return SqlJournal(transaction, self.pseudonym, source, scrubbed, self.vault)

    def recall(self) -> SqlRecall:
        """What a chat said last, for whoever thinks about its next message."""
        return SqlRecall(self.writer, self.pseudonym)

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
        if self.database.path is None or self._serves:
            return  # several may share a server; what a dead one held comes free with its lease
        if self._lock is None:
            self._lock = lock_database(self.database.path)
        self._serves = True
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
        await self.reader.aclose()
        self._scrubber.close()
        if self._lock is not None:
            self._lock.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
