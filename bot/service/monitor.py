"""Watches the service itself: its queues, its event loop, and the probes of its health."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from typing import TYPE_CHECKING

from bot.ops.findings import Finding
from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.ops.health import Probe
    from bot.ops.metrics import Metrics
    from bot.store.store import Store

LAG_SECONDS = 0.05
LAGS_KEPT = 1200
QUANTILES = (0.5, 0.99)
COUNT_SECONDS = 5.0
FRESH_SECONDS = 2.0
"""For which a row that could be written is proof enough."""

STUCK_SECONDS = 50.0
"""A poll lasts up to 25 seconds, and a failed one waits up to 20 before the next."""


async def watch_loop(metrics: Metrics) -> None:
    """Measure for ever how late the event loop is."""
    lags: deque[float] = deque(maxlen=LAGS_KEPT)
    while True:
        began = time.perf_counter()
        await asyncio.sleep(LAG_SECONDS)
        lags.append(max(0.0, time.perf_counter() - began - LAG_SECONDS))
        if len(lags) % 20 == 0 or len(lags) == LAGS_KEPT:
            ordered = sorted(lags)
            for quantile in QUANTILES:
                value = ordered[int(quantile * (len(ordered) - 1))]
                metrics.loop_lag.labels(str(quantile)).set(value)


async def watch_queues(store: Store, metrics: Metrics) -> None:
    """Count for ever what waits."""
    while True:
        try:
            waiting = await store.waiting()
        except StoreError:
            await asyncio.sleep(COUNT_SECONDS)
            continue
        metrics.inbox_pending.set(waiting["inbox"])
        metrics.outbox_pending.set(waiting["outbox"])
        await asyncio.sleep(COUNT_SECONDS)


def database_probe(store: Store, clock: Callable[[], float] = time.monotonic) -> Probe:
    """Whether something can be written; after a good try, not tried again for a moment.

    Anybody may ask for ``/healthz``, and each try is a write that waits for the disk.
    """
    written = -math.inf

    async def probe() -> Finding:
        nonlocal written
        try:
            if store.database.is_replaced or clock() - written >= FRESH_SECONDS:
                await store.probe()
                written = clock()
        except StoreError as error:
            return Finding("FAIL", "database", str(error))
        return Finding("ok", "database", "it can be written")

    return probe


def telegram_probe(answered_at: Callable[[], float], trouble: Callable[[], str]) -> Probe:
    """Whether Telegram answers, and has nothing to say against us."""

    async def probe() -> Finding:
        silent = time.monotonic() - answered_at()
        if silent > STUCK_SECONDS:
            return Finding("FAIL", "telegram", f"it has not answered for {silent:.0f} s")
        said = trouble()
        return Finding("FAIL" if said else "ok", "telegram", said or "it answers")

    return probe
