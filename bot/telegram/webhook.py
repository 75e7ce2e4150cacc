"""Telling Telegram where to bring updates, and whether it says that it can."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from telegram.error import RetryAfter, TelegramError

from bot.telegram.client import ALLOWED_UPDATES
from bot.telegram.logs import describe_answer
from bot.telegram.refusals import seconds_of
from bot.telegram.waiting import FIRST_WAIT, LONGEST_WAIT, Backoff, insist, unless

if TYPE_CHECKING:
    from telegram import WebhookInfo

    from bot.telegram.client import ServiceBot

MAX_CONNECTIONS = 40
LOOK_SECONDS = 20.0
_log = logging.getLogger(__name__)


class Webhook:
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
        await insist(stop, self._set, self._failed)
        pending = 0
        while not stop.is_set():
            info = await insist(stop, self._bot.get_webhook_info, self._failed)
            if info is None:
                return
            self._backoff.reset()
            self.answered_at = time.monotonic()
            self.trouble = self._judge(info, pending)
            pending = info.pending_update_count
            if info.url != self._url:
                _log.warning("The webhook was taken away; it is set again.")
                await insist(stop, self._set, self._failed)
            await unless(stop, asyncio.sleep(LOOK_SECONDS))

    async def _set(self) -> bool:
        return await self._bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=MAX_CONNECTIONS,
        )

    def _judge(self, info: WebhookInfo, before: int) -> str:
        stuck = info.pending_update_count > 0 and info.pending_update_count >= before
        if info.last_error_message and stuck:
            return (
                f"Telegram cannot bring updates ({info.last_error_message[:100]}) "
                f"and {info.pending_update_count} wait"
            )
        return ""

    def _failed(self, error: TelegramError) -> float:
        if not self._backoff.current:
            _log.warning("The webhook cannot be set or read (%s).", describe_answer(error))
        wait = self._backoff.next()
        return max(wait, seconds_of(error)) if isinstance(error, RetryAfter) else wait
