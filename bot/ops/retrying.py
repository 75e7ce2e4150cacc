"""Make a call until it works, with growing waits between the tries, or until told to stop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, overload

from bot.ops.waiting import wait_at_most

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
E = TypeVar("E", bound=Exception)
_MOST_DOUBLINGS = 30


def growing_wait(first: float, longest: float, failures: int) -> float:
    """Seconds to wait after so many failures in a row (1 or more): doubled each time."""
    return float(min(first * 2 ** min(max(failures - 1, 0), _MOST_DOUBLINGS), longest))


@dataclass(slots=True)
class Backoff:
    """Waits that grow with each failure in a row.

    Attributes:
        first, longest: seconds.
        failures: how many there were in a row.
    """

    first: float
    longest: float
    failures: int = 0

    def next(self) -> float:
        """Note a failure; the seconds to wait after it."""
        self.failures += 1
        return growing_wait(self.first, self.longest, self.failures)

    def reset(self) -> None:
        """Note that it works again."""
        self.failures = 0


@overload
async def retry(
    call: Callable[[], Awaitable[T]],
    kind: type[E],
    wait_after: Callable[[E], float | None],
) -> T: ...


@overload
async def retry(
    call: Callable[[], Awaitable[T]],
    kind: type[E],
    wait_after: Callable[[E], float | None],
    stop: asyncio.Event,
) -> T | None: ...


async def retry(
    call: Callable[[], Awaitable[T]],
    kind: type[E],
    wait_after: Callable[[E], float | None],
    stop: asyncio.Event | None = None,
) -> T | None:
    """Make a call until it works.

    Args:
        call: what is tried.
        kind: the errors after which it may be tried again; others are raised.
        wait_after: told of each error; the seconds until the next try, None when there is none.
        stop: once it is set, nothing is tried any more; it also ends a wait.

    Returns:
        What the call returned; None when stopped before.

    Raises:
        Exception: the last error, when ``wait_after`` gives up.
    """
    while stop is None or not stop.is_set():
        try:
            return await call()
        except kind as error:
            wait = wait_after(error)
            if wait is None:
                raise
        await (asyncio.sleep(wait) if stop is None else wait_at_most(wait, stop))
    return None
