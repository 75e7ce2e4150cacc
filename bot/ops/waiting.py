"""Wait for an event or for some work, with a limit."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


async def wait_at_most(seconds: float, event: asyncio.Event) -> None:
    """Wait for an event, but no longer than that."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def run_until_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of ``work``; None when ``stop`` is set first, and ``work`` is cancelled."""
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        stopped.cancel()
        await asyncio.wait((task, stopped))


async def wait_for_first(main: asyncio.Task[None], beside: list[asyncio.Task[None]]) -> None:
    """Wait for ``main``; what fails beside it ends it all, what ends well does not.

    Raises:
        Exception: what any of them failed with.
    """
    waiting = {main, *beside}
    while main in waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if not (task is main and task.cancelled()):
                task.result()
