"""Everything is written through here: what waits together is committed together.

A commit that is safe against a power cut costs a disk's whole turn, so the work of many chats
shares one. A piece that fails takes no other with it: they are done again, each by itself. That is
rare; a savepoint around each piece would cost every message two statements.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from bot.ops.errors import BotError
from bot.store import RefusedError, StoppingError, StoreError
from bot.store.database.database import explain_errors
from bot.store.database.patience import LAST_SECONDS
from bot.store.database.sqlite_engine import WRITING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.store.database.database import Database

T = TypeVar("T")
Examine: TypeAlias = "Callable[[AsyncConnection], Awaitable[None]]"
_log = logging.getLogger(__name__)
TOGETHER = 16
"""Pieces of work in one transaction, at most: a larger one keeps the next waiting."""


class _Piece(NamedTuple):
    work: Callable[[AsyncConnection], Awaitable[Any]]
    done: asyncio.Future[Any]


class _SpoiltError(BotError):
    """One piece of several failed, so nothing was written.

    No such thing is known when a commit fails: it may have been done before the line was cut.
    """


class Writer:
    """The one writer of a process.

    A file that was deleted or replaced under it is noticed before anything more is written: what
    would be lost is refused, until a sound one lies in its place.

    Args:
        database: where, for its messages.
        engine: how; closed with the writer.
        examine: looks at a database that took the place of another; raises ``StoreError`` when it
            cannot serve.

    Attributes:
        moment: the time, for statements; see :class:`bot.store.database.database.Database`.
    """

    def __init__(
        self, database: Database, engine: AsyncEngine, examine: Examine | None = None
    ) -> None:
        self._database = database
        self._examine = examine
        self._unknown = False
        self.moment = database.moment
        self._engine = engine.execution_options(**WRITING)
        self._waiting: deque[_Piece] = deque()
        self._task: asyncio.Task[None] | None = None
        self._limit: asyncio.Timeout | None = None

    async def run(
        self, work: Callable[[AsyncConnection], Awaitable[T]], *, urgent: bool = False
    ) -> T:
        """Do ``work`` in a transaction and give its result once it is committed.

        Args:
            work: what is to be done, with the connection of the transaction.
            urgent: before all that waits: until it is written, a kill would have it done again.

        Raises:
            RefusedError: the database does not take it; nothing was written.
            StoppingError: the database cannot be used, and there is no time left.
            StoreError: the database cannot be used; nothing was written.
            Exception: what ``work`` raised; nothing of it was written.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        piece = _Piece(work, done)
        (self._waiting.appendleft if urgent else self._waiting.append)(piece)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        return await done

    def hurry(self, seconds: float) -> None:
        """From now on, all that is written together waits no longer than this for the database.

        After that each piece has one short try, and fails with a ``StoppingError``.
        """
        self._database.patience.hurry(seconds)
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time() + seconds)

    async def aclose(self) -> None:
        """Finish what waits, then let go of the database."""
        if self._task is not None:
            await self._task
        with explain_errors(self._database):
            await self._engine.dispose()

    async def _drain(self) -> None:
        while self._waiting:
            size = min(len(self._waiting), TOGETHER)
            batch = [self._waiting.popleft() for _ in range(size)]
            if wanted := _awaited_pieces(batch):
                await self._commit(wanted)

    async def _commit(self, batch: list[_Piece]) -> None:
        try:
            outcomes = await self._in_transaction(batch)
        except _SpoiltError:
            for piece in _awaited_pieces(batch):
                await self._commit([piece])
        except Exception as error:  # noqa: BLE001 - whoever asked for it gets it
            for piece in _awaited_pieces(batch):
                piece.done.set_exception(self._at_the_end(error))
        else:
            for piece, outcome in zip(batch, outcomes, strict=True):
                if not piece.done.done():
                    piece.done.set_result(outcome)

    def _at_the_end(self, error: Exception) -> Exception:
        """The error as it is told: once there is no time left, nobody is to try again."""
        away = isinstance(error, StoreError) and not isinstance(error, RefusedError)
        return StoppingError(str(error)) if away and self._database.patience.is_over else error

    @asynccontextmanager
    async def _limit_time(self) -> AsyncIterator[None]:
        """At a stop, a server is waited for no longer than there is time.

        The wait for a file's lock is limited where it is begun; to leave it would end nothing.
        """
        if self._database.path is not None:
            yield
            return
        last = LAST_SECONDS if self._database.patience.is_over else None
        async with asyncio.timeout(last) as self._limit:
            yield
        self._limit = None

    async def _in_transaction(self, batch: list[_Piece]) -> list[object]:
        if self._database.is_replaced:
            await self._let_go()
        with explain_errors(self._database):
            async with self._limit_time(), self._engine.begin() as connection:
                if self._unknown:
                    await self._meet(connection)
                try:
                    return [await piece.work(connection) for piece in batch]
                except Exception as error:
                    if len(batch) == 1:
                        raise
                    raise _SpoiltError from error

    async def _let_go(self) -> None:
        """Close a file that is no longer at its path."""
        name, path = self._database.name, self._database.path
        if not self._unknown:
            _log.error("%s was deleted or replaced while it was in use; nothing is kept now.", name)
        self._unknown = True
        await self._engine.dispose()
        if path is not None and not path.exists():
            raise StoreError(f"{name} is gone: put it back, or a backup of it; nothing is kept now")

    async def _meet(self, connection: AsyncConnection) -> None:
        """Look at what took the place of the file."""
        if self._examine is not None:
            await self._examine(connection)
        self._unknown = False
        _log.warning("%s is in use again.", self._database.name)


def _awaited_pieces(batch: list[_Piece]) -> list[_Piece]:
    """The pieces whose caller still waits; the callers of the others were cancelled."""
    return [piece for piece in batch if not piece.done.done()]
