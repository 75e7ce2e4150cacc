"""Telling Telegram where to bring updates, and whether it says that it can."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from telegram.error import RetryAfter, TelegramError

from bot.channels.telegram.api.client import ALLOWED_UPDATES
from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.api.retrying import (
    FIRST_WAIT,
    LONGEST_WAIT,
    retry_telegram_call,
    seconds_of,
)
from bot.ops.retrying import Backoff
from bot.ops.waiting import wait_at_most

if TYPE_CHECKING:
    import asyncio

    from telegram import WebhookInfo

    from bot.channels.telegram.api.client import ServiceBot

MAX_CONNECTIONS = 40
LOOK_SECONDS = 20.0
RECENT = timedelta(minutes=10)
"""Longer than Telegram waits between tries; what went wrong before is of another trouble."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Hindrance:
    """What hinders Telegram from bringing updates, by its own words, look after look.

    Telegram tells its last error for ever, and something is always on its way on a busy day. So it
    takes both to begin: a new error while no less waits, or a recent one while more does. It ends
    when nothing waits, or less does without a new error; what was wrong is forgotten then. In
    between, while Telegram tries rarely, nothing changes.

    Attributes:
        said: in words; empty when all is well.
    """

    said: str = ""
    _pending: int | None = None
    _erred_at: datetime | None = None
    _over: datetime | None = None

    def look(self, info: WebhookInfo, now: datetime) -> str:
        """What hinders Telegram, after another look."""
        waiting, erred_at = info.pending_update_count, info.last_error_date
        before = waiting if self._pending is None else self._pending
        fresh = self._pending is not None and erred_at not in (None, self._erred_at)
        if not waiting or (waiting < before and not fresh):
            self.said, self._over = "", erred_at
        elif (fresh and waiting >= before) or (self._is_on(erred_at, now) and waiting > before):
            self.said = _trouble_text(info)
        self._pending, self._erred_at = waiting, erred_at
        return self.said

    def _is_on(self, erred_at: datetime | None, now: datetime) -> bool:
        return erred_at not in (None, self._over) and now - erred_at < RECENT


def _trouble_text(info: WebhookInfo) -> str:
    said = (info.last_error_message or "no reason given")[:100]
    return f"Telegram cannot bring updates ({said}) and {info.pending_update_count} wait"


class WebhookRegistration:
    """Keeps the webhook set for as long as we run.

    Args:
        bot: who asks.
        url: where Telegram posts.
        secret: what it sends back with every update.

    Attributes:
        trouble: what Telegram says about our side; empty when all is well.
    """

    def __init__(self, bot: ServiceBot, url: str, secret: str) -> None:
        self._bot = bot
        self._url = url
        self._secret = secret
        self._backoff = Backoff(FIRST_WAIT, LONGEST_WAIT)
        self.trouble = "it is not set yet"
        self.answered_at = time.monotonic()

    async def run(self, stop: asyncio.Event) -> None:
        """Set it, then look after it until ``stop`` is set.

        Raises:
            TokenRefusedError: Telegram refuses the token.
        """
        await retry_telegram_call(stop, self._set, self._note_failure)
        hindrance = Hindrance()
        while not stop.is_set():
            info = await retry_telegram_call(stop, self._bot.get_webhook_info, self._note_failure)
            if info is None:
                return
            self._backoff.reset()
            self.answered_at = time.monotonic()
            self.trouble = hindrance.look(info, datetime.now(UTC))
            if info.url != self._url:
                _log.warning("The webhook was taken away; it is set again.")
                await retry_telegram_call(stop, self._set, self._note_failure)
            await wait_at_most(LOOK_SECONDS, stop)

    async def _set(self) -> bool:
        return await self._bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=MAX_CONNECTIONS,
        )

    def _note_failure(self, error: TelegramError) -> float:
        if not self._backoff.failures:
            _log.warning("The webhook cannot be set or read (%s).", describe_answer(error))
        wait = self._backoff.next()
        return max(wait, seconds_of(error)) if isinstance(error, RetryAfter) else wait
