"""Fetching updates for as long as we run, whatever Telegram or the network does.

The library's own loop is not used: with Telegram away it would not start, could take half a
minute to stop, and would go on silently deaf once the token is revoked.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from telegram.error import Conflict, RetryAfter, TelegramError

from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.api.retrying import (
    FIRST_WAIT,
    LONGEST_WAIT,
    retry_telegram_call,
    seconds_of,
)
from bot.channels.worker_pool import STORE_WAITS
from bot.ops.retrying import Backoff, retry
from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.channels.telegram.api.client import ServiceBot
    from bot.channels.telegram.updates.receiver import Receiver

    Updates = list[dict[str, Any]]

_log = logging.getLogger(__name__)
POLL_SECONDS = 25
CONFIRM_SECONDS = 1.5
CALM_POLLS = 10
STORE_TRIES = 5
FIRST_CONFLICT_WAIT, LONGEST_CONFLICT_WAIT = 4.0, 30.0


@dataclass(slots=True)
class Trouble:
    """How long to wait after a failed poll, and what is worth a line in the log."""

    network: Backoff = field(default_factory=lambda: Backoff(FIRST_WAIT, LONGEST_WAIT))
    conflict: Backoff = field(
        default_factory=lambda: Backoff(FIRST_CONFLICT_WAIT, LONGEST_CONFLICT_WAIT)
    )
    calm: int = 0

    def note_failure(self, error: TelegramError) -> float:
        """Note a failed poll; returns the seconds to wait before the next."""
        if isinstance(error, Conflict):
            return self._note_conflict()
        if not self.network.failures:
            _log.warning("Polling fails (%s); trying until it works.", describe_answer(error))
        wait = self.network.next()
        return max(wait, seconds_of(error)) if isinstance(error, RetryAfter) else wait

    def note_success(self) -> None:
        """Note that a poll worked, and log it when the one before had failed."""
        if self.network.failures:
            _log.warning("Polling works again.")
            self.network.reset()
        self.calm += 1
        if self.calm >= CALM_POLLS:
            self.conflict.reset()

    def _note_conflict(self) -> float:
        # Two instances take the line from each other by turns: a poll that works in between
        # does not end the conflict, else every turn would be one more line.
        self.calm = 0
        if not self.conflict.failures:
            _log.error(
                "Another program polls with the same token (409): this one waits and tries again; "
                "stop one of the two, or people may be answered twice."
            )
        return self.conflict.next()


class Polling:
    """Asks Telegram for updates and has them stored before it says that they arrived.

    Args:
        bot: who asks.
        receiver: stores.
        unstored: told of updates that could not be stored, once each.

    Attributes:
        answered_at: when a poll last worked, in seconds that only grow.
        trouble: what Telegram says about our side: nothing.
    """

    trouble = ""

    def __init__(
        self, bot: ServiceBot, receiver: Receiver, unstored: Callable[[Updates], Awaitable[None]]
    ) -> None:
        self._bot = bot
        self._receiver = receiver
        self._unstored = unstored
        self._trouble = Trouble()
        self._offset: int | None = None
        self.answered_at = time.monotonic()

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop`` is set.

        Raises:
            TokenRefusedError: Telegram refuses the token.
        """
        # Else polling is refused.
        await retry_telegram_call(stop, self._bot.delete_webhook, self._trouble.note_failure)
        while not stop.is_set():
            updates = await retry_telegram_call(stop, self._fetch, self._trouble.note_failure)
            if updates is None:
                break
            self._trouble.note_success()
            self.answered_at = time.monotonic()
            await self._store(stop, updates)
        await self._confirm()

    async def _fetch(self) -> Updates:
        return await self._bot.fetch_updates(self._offset, POLL_SECONDS)

    async def _store(self, stop: asyncio.Event, updates: Updates) -> None:
        """Store updates and move the offset past them; what cannot be stored is fetched again."""
        backoff = Backoff(*STORE_WAITS)

        def wait_after(_: StoreError) -> float | None:
            wait = backoff.next()
            return wait if backoff.failures < STORE_TRIES else None

        with contextlib.suppress(StoreError):  # after so many tries, they are fetched again
            stored = await retry(lambda: self._accept(updates), StoreError, wait_after, stop)
            if stored and updates:
                self._offset = max(int(update["update_id"]) for update in updates) + 1

    async def _accept(self, updates: Updates) -> bool:
        """Store updates and return True; a failure is logged, told to the people, and raised."""
        try:
            await self._receiver.accept(updates)
        except StoreError as error:
            _log.error("%s; Telegram keeps %d updates until then.", error, len(updates))
            await self._unstored(updates)
            raise
        return True

    async def _confirm(self) -> None:
        """Tell Telegram what was stored, so that the next start need not fetch it again."""
        if self._offset is None:
            return
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await self._bot.fetch_updates(self._offset, 0)
        except (TelegramError, TimeoutError) as error:
            _log.info("The last updates were not confirmed (%s).", describe_answer(error))
