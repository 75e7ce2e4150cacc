"""Making a call until it works, or until told to stop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.ops.errors import TokenRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")
FIRST_WAIT, LONGEST_WAIT = 1.0, 5.0


@dataclass(slots=True)
class Backoff:
    """Longer and longer waits."""

    first: float
    longest: float
    current: float = 0.0

    def next(self) -> float:
        """The next wait, in seconds."""
        self.current = min(self.current * 2 or self.first, self.longest)
        return self.current

    def reset(self) -> None:
        """It works again."""
        self.current = 0.0


async def retry_telegram_call(
    stop: asyncio.Event,
    call: Callable[[], Coroutine[Any, Any, T]],
    failed: Callable[[TelegramError], float],
) -> T | None:
    """Make a call until it works; ``failed`` says how long to wait. None when stopped before.

    Raises:
        TokenRefusedError: Telegram refused the token.
    """
    while not stop.is_set():
        try:
            return await run_until_stopped(stop, call())
        except InvalidToken:
            break
        except TelegramError as error:
            wait = failed(error)
        except (AttributeError, KeyError, TypeError, ValueError):
            # The library parses what it is given without looking at it first.
            wait = failed(TelegramError("the answer cannot be read"))
        await run_until_stopped(stop, asyncio.sleep(wait))
    if stop.is_set():
        return None
    # Outside the handler: the library's exception quotes the token and must not be chained.
    raise TokenRefusedError


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


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after  # a number today, a timedelta once the library changes its default
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
