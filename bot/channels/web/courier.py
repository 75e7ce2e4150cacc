"""Takes what is sent to web conversations from the outbox to their threads, each in its time."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.channels.web.exchange import CHANNEL
from bot.channels.worker_pool import WorkerPool, retry_store_call, work_in_order
from bot.store.boxes.letters import Letter, UnknownVersionError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.channels.web.exchange import Exchange
    from bot.channels.web.listeners import Listeners
    from bot.store.boxes.due import Due
    from bot.store.store import Store, Transaction
    from bot.store.thread import Thread

AT_ONCE = 4
LANE_SECONDS = 10.0
PAUSE = 20.0
"""Seconds that something waits which a newer version wrote, until that one takes it."""

STOP_SECONDS = 2.0


@asynccontextmanager
async def carry_late_replies(exchange: Exchange) -> AsyncIterator[None]:
    """Work while the block lasts; at its end, pages that wait for more are let go."""
    courier = Courier(exchange.store, exchange.thread, exchange.listeners)
    task = asyncio.create_task(courier.crew.run())
    try:
        yield
    finally:
        await exchange.listeners.aclose()
        courier.crew.finish()
        await asyncio.wait((task,), timeout=STOP_SECONDS)
        task.cancel()
        await asyncio.wait((task,))


class Courier:
    """Works the outbox of the web off.

    Args:
        store: where everything is written.
        thread: where the replies go.
        listeners: whom to tell.
    """

    def __init__(self, store: Store, thread: Thread, listeners: Listeners) -> None:
        self._store = store
        self._outbox = store.outbox(CHANNEL)
        self._thread = thread
        self._listeners = listeners
        self.crew: WorkerPool[list[Due]] = WorkerPool(
            "web outbox", AT_ONCE, self._outbox.claim, self._deliver_all
        )

    async def _deliver_all(self, lane: list[Due]) -> None:
        await work_in_order(lane, self._deliver, self._give_back, LANE_SECONDS)

    async def _give_back(self, lane: Sequence[Due]) -> None:
        numbers = [due.id for due in lane]
        await retry_store_call(lambda: self._outbox.leases.give_back(numbers), "waiting")

    async def _deliver(self, due: Due) -> bool:
        """Whether the next one of the chat may follow."""
        trouble = "a reply has to wait for the database"
        if due.payload is None:
            reason = "sealed with another key"
            await retry_store_call(lambda: self._outbox.mark_dropped(due, reason), trouble)
            return True
        try:
            letter = Letter.from_dict(due.payload)
        except UnknownVersionError:
            await retry_store_call(lambda: self._outbox.postpone(due, PAUSE), trouble)
            return False
        await retry_store_call(lambda: self._hand_over(due, letter), trouble)
        self._listeners.wake()
        return True

    async def _hand_over(self, due: Due, letter: Letter) -> None:
        """Put a reply into its thread, once: both boxes change together."""

        async def work(transaction: Transaction) -> None:
            if await self._outbox.mark_sent_in(transaction, due):
                await self._thread.put_late(transaction, due.chat, letter.reply)

        with self._outbox.leases.keep_in_hand(due.id):
            await self._store.write(work)
