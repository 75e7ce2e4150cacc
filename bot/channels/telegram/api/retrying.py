"""Making a call to Telegram until it works, or until told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.ops.errors import TokenRefusedError
from bot.ops.retrying import retry
from bot.ops.waiting import run_until_stopped

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

T = TypeVar("T")
FIRST_WAIT, LONGEST_WAIT = 1.0, 5.0


async def retry_telegram_call(
    stop: asyncio.Event,
    call: Callable[[], Coroutine[Any, Any, T]],
    failed: Callable[[TelegramError], float],
) -> T | None:
    """Make a call until it works; ``failed`` says how long to wait. None when stopped before.

    Raises:
        TokenRefusedError: Telegram refused the token.
    """

    async def attempt() -> T | None:
        try:
            return await run_until_stopped(stop, call())
        except InvalidToken:
            pass
        except (AttributeError, KeyError, TypeError, ValueError):
            # The library parses what it is given without looking at it first.
            raise TelegramError("the answer cannot be read") from None
        # Outside the handler: the library's exception quotes the token and must not be chained.
        raise TokenRefusedError

    return await retry(attempt, TelegramError, failed, stop)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after  # a number today, a timedelta once the library changes its default
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
