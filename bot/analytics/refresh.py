"""Keeps the episodes in step with the journal: a chat that changed is read and made anew, whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from bot.analytics.episodes import build_episodes
from bot.store.facts import Facts

if TYPE_CHECKING:
    from bot.store.store import Store, Transaction

TOGETHER = 200
"""New turns that are looked at in one transaction."""

UNSETTLED = timedelta(seconds=10)
"""Younger rows are left for the next time: another process may still be writing before them."""


async def refresh_episodes(store: Store, now: datetime | None = None) -> int:
    """Make the episodes of all chats that changed; how many chats.

    Args:
        store: where the journal is.
        now: the present moment, for tests.

    Raises:
        StoreError: the database cannot be used.
    """
    before = (now or datetime.now(UTC)) - UNSETTLED
    number = 0
    while (chats := await store.write(partial(_refresh_some, before=before))) is not None:
        number += chats
    return number


async def rebuild_episodes(store: Store, now: datetime | None = None) -> int:
    """Make the episodes of all known chats from the start; how many chats.

    Args:
        store: where the journal is.
        now: the present moment, for tests.

    Raises:
        StoreError: the database cannot be used.
    """
    await store.write(lambda transaction: Facts(transaction).start_anew())
    return await refresh_episodes(store, now)


async def _refresh_some(transaction: Transaction, before: datetime) -> int | None:
    facts = Facts(transaction)
    chats = await facts.changed_chats(before, TOGETHER)
    for channel, pairs in groupby(chats or (), key=itemgetter(0)):
        theirs = channel, [chat for _, chat in pairs]
        opened = await facts.opened_in(*theirs)
        made = build_episodes(await facts.turns_of(*theirs), await facts.said_in(*theirs), opened)
        await facts.put_episodes(*theirs, made)
    return None if chats is None else len(chats)
