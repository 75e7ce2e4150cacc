"""Keeps the queue of what is to be reviewed in step with the journal, and grouped."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.analytics.review import fill_queue
from bot.ops.waiting import wait_at_most
from bot.service.review_grouping import keep_grouped
from bot.store import StoreError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from bot.store.store import Store
    from kb.entries import KnowledgeBase

ROUND = 60.0
"""Seconds between two looks: what was missed is never in the queue later than that."""

FIRST = 10.0
_log = logging.getLogger(__name__)


class ReviewWatch:
    """Looks once a minute.

    Args:
        store: where everything is.
        base: gives the knowledge base as it is now.
    """

    def __init__(self, store: Store, base: Callable[[], KnowledgeBase]) -> None:
        self._store = store
        self._base = base

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until ``stop`` is set; a database that is away is waited for."""
        await wait_at_most(FIRST, stop)
        while not stop.is_set():
            try:
                await self.look()
            except StoreError as error:
                _log.warning("The queue to review was not brought up to date: %s", error)
            await wait_at_most(ROUND, stop)

    async def look(self) -> None:
        """Fill the queue, and group it when it is time.

        Raises:
            StoreError: the database cannot be used.
        """
        now, base = datetime.now(UTC), self._base()
        await fill_queue(self._store, base, now)
        await keep_grouped(self._store, base, now)
