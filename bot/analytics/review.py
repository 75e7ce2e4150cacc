"""Fills the queue of what is to be reviewed from what the journal tells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.analytics.known_words import KnownWords
from bot.analytics.refresh import UNSETTLED
from bot.store.review_feed import FEEDS, ReviewFeed
from bot.store.review_items import Found, ReviewItems

if TYPE_CHECKING:
    from bot.store.review_feed import Missed
    from bot.store.store import Store, Transaction
    from kb.entries import KnowledgeBase


async def fill_queue(store: Store, base: KnowledgeBase, now: datetime | None = None) -> int:
    """Put everything that is new and was of no help into the queue; how much that was.

    Args:
        store: where the journal is.
        base: tells which declined messages speak of the field.
        now: the present moment, for tests.

    Raises:
        StoreError: the database cannot be used.
    """
    at = now or datetime.now(UTC)
    words, added = KnownWords(base), 0
    for name in FEEDS:
        while (new := await store.write(lambda t, n=name: _fill(t, store.key, words, n, at))) >= 0:  # type: ignore[misc]
            added += new
    return added


async def _fill(
    transaction: Transaction, key: bytes, words: KnownWords, name: str, at: datetime
) -> int:
    """Look at some rows; how many messages are new in the queue, -1 when no row was left."""
    missed = await ReviewFeed(transaction).next_missed(name, at - UNSETTLED)
    if missed is None:
        return -1
    found = [_found(one) for one in missed if _is_worth(one, words)]
    return await ReviewItems(transaction, key).put(found, at)


def _is_worth(missed: Missed, words: KnownWords) -> bool:
    return missed.reason != "declined" or words.are_missed(missed.text, missed.family)


def _found(missed: Missed) -> Found:
    return Found(missed.turn, missed.reason, missed.ticket)
