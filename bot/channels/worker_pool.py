"""Takes work from a queue in the store and does it, several pieces at once, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from bot.ops.retrying import Backoff, growing_wait, retry
from bot.ops.waiting import wait_at_most
from bot.store import RefusedError, StoppingError, StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence


class Tried(Protocol):
    """A piece of work that knows how often it was tried."""

    @property
    def attempts(self) -> int:
        """This time included."""
        ...


T = TypeVar("T")
P = TypeVar("P", bound=Tried)
R = TypeVar("R")
IDLE_SECONDS = 1.0
"""How often the queue is looked at when nothing is heard: other processes may have left work."""

DRAIN_SECONDS = 5.0
"""For finishing what is queued; containers are killed ten seconds after they were told to stop."""

GRACE_SECONDS = 2.0
"""Seconds that work under way may still take after the time to drain is up."""

FAILURE_WAITS = (1.0, 60.0)
"""The first and the longest wait, in seconds, before a piece that broke may be tried again."""

STORE_WAITS = (0.2, 2.0)
"""The first and the longest wait between tries while the database cannot be used, in seconds."""

_log = logging.getLogger(__name__)


class WorkerPool(Generic[T]):
    """Workers on one queue.

    Args:
        name: of the queue, in the log.
        at_once: pieces of work in the same moment, at most.
        claim: takes up to so many pieces from the queue.
        work: does one; what it raises is logged, but a ``fatal`` error ends the crew.
        fatal: kinds of error that :meth:`run` raises.
    """

    def __init__(
        self,
        name: str,
        at_once: int,
        claim: Callable[[int], Awaitable[list[T]]],
        work: Callable[[T], Awaitable[None]],
        fatal: tuple[type[Exception], ...] = (),
    ) -> None:
        self._name = name
        self._at_once = at_once
        self._claim = claim
        self._work = work
        self._fatal = fatal
        self._tasks: set[asyncio.Task[None]] = set()
        self._called = asyncio.Event()
        self._failure: Exception | None = None
        self._finishing = False

    def wake(self) -> None:
        """Look at the queue now: there is something in it."""
        self._called.set()

    def wake_in(self, seconds: float) -> None:
        """Look at the queue after some seconds: there will be something in it."""
        asyncio.get_running_loop().call_later(seconds, self.wake)

    def finish(self) -> None:
        """Have :meth:`run` end once the queue holds nothing that can be done now."""
        self._finishing = True
        self.wake()

    async def run(self) -> None:
        """Work until :meth:`finish` or cancelled.

        Raises:
            Exception: a fatal one that a piece of work met with.
        """
        with contextlib.suppress(StoppingError):
            await self._run()

    async def _run(self) -> None:
        try:
            while self._failure is None:
                self._called.clear()
                taken = await self._take()
                if not taken and not self._tasks and self._finishing:
                    return
                if taken < self._at_once:
                    await wait_at_most(IDLE_SECONDS, self._called)
            raise self._failure
        finally:
            await self._let_go()

    async def _take(self) -> int:
        """Start as many pieces of work as wait and workers are free; returns how many."""
        free = self._at_once - len(self._tasks)
        if not free:
            return 0
        pieces = await retry_store_call(lambda: self._claim(free), f"{self._name} cannot be read")
        for piece in pieces:
            task = asyncio.create_task(self._work_safely(piece))
            self._tasks.add(task)
            task.add_done_callback(self._on_task_done)
        return len(pieces)

    async def _work_safely(self, piece: T) -> None:
        try:
            await self._work(piece)
        except self._fatal as error:
            self._failure = error
        except StoppingError as error:
            _log.info(
                "A piece of work from the %s is left to the next start: %s", self._name, error
            )
        except Exception as error:  # noqa: BLE001 - one bad piece must not stop the others
            _log.error("A piece of work from the %s failed (%s).", self._name, type(error).__name__)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.wake()  # the next one of the same chat is free now

    async def _let_go(self) -> None:
        if not self._tasks:
            return
        _, left = await asyncio.wait(self._tasks, timeout=GRACE_SECONDS)
        for task in left:
            task.cancel()
        if left:
            _log.warning("Stopped with %d pieces of work from the %s.", len(left), self._name)
            await asyncio.wait(left)


async def work_in_order(
    lane: Sequence[P],
    one: Callable[[P], Awaitable[bool]],
    give_back: Callable[[Sequence[P]], Awaitable[None]],
    seconds: float,
) -> None:
    """Do what waits in one chat, in order; the rest is given back where something has to wait.

    A piece that breaks is held for a while: given back at once, it would be taken at once, and
    break again.

    Args:
        lane: what waits.
        one: does one piece, and says whether the next one may follow.
        give_back: lets go of pieces.
        seconds: the time after which the chat gives its place back.
    """
    hurry, done = time.monotonic() + seconds, 0
    try:
        for done, piece in enumerate(lane, 1):  # noqa: B007 - told to the last block
            if not await one(piece) or time.monotonic() > hurry:
                break
    except Exception:
        done -= 1  # what broke is not done
        await asyncio.sleep(growing_wait(*FAILURE_WAITS, lane[done].attempts))
        raise
    finally:
        if lane[done:]:
            await give_back(lane[done:])


async def run_together(intake: Coroutine[Any, Any, None], *crews: WorkerPool[Any]) -> None:
    """Take work in and do it; when the intake ends, each crew in turn finishes what it can.

    Args:
        intake: ends when it was told to stop.
        crews: in the order in which work goes through them.

    Raises:
        Exception: what any of them raised; the others are stopped.
    """
    running = [asyncio.create_task(crew.run()) for crew in crews]
    inward = asyncio.create_task(intake)
    try:
        await asyncio.wait((inward, *running), return_when=asyncio.FIRST_COMPLETED)
        for task in (inward, *running):
            if task.done():
                task.result()
        for crew, task in zip(crews, running, strict=True):
            crew.finish()
            await asyncio.wait((task,), timeout=DRAIN_SECONDS / len(crews))
    finally:
        for task in (inward, *running):
            task.cancel()
        await asyncio.wait((inward, *running))


async def retry_store_call(write: Callable[[], Awaitable[R]], trouble: str) -> R:
    """Do something with the store until it works; its trouble is told once.

    Raises:
        RefusedError: the database does not take it, however often it is tried.
        StoppingError: there is no time left to try again.
    """
    backoff = Backoff(*STORE_WAITS)

    def wait_after(error: StoreError) -> float | None:
        if isinstance(error, RefusedError | StoppingError):
            return None
        if not backoff.failures:
            _log.error("%s: %s", trouble, error)
        return backoff.next()

    return await retry(write, StoreError, wait_after)
