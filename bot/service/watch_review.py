"""Keeps the queue of what is to be reviewed in step with the journal, and grouped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.analytics.review import fill_queue
from bot.service.review_grouping import keep_grouped
from bot.store.rounds import look_again

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from bot.store.store import Store
    from kb.entries import KnowledgeBase

ROUND = 60.0
"""Seconds between two looks: what was missed is never in the queue later than that."""

FIRST = 10.0


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
        await look_again(self.look, stop, "The queue to review", every=ROUND, first=FIRST)

    async def look(self) -> None:
        """Fill the queue, and group it when it is time.

        Raises:
            StoreError: the database cannot be used.
        """
        now, base = datetime.now(UTC), self._base()
        await fill_queue(self._store, base, now)
        await keep_grouped(self._store, base, now)
