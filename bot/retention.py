"""Nothing is kept for longer than the settings say: once on demand, and daily while serving."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.store import StoreError
from bot.store.compact import compact
from bot.store.purging import Periods, purge

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.store import Store

HOUR = 3600.0
HOURS_A_DAY = 24
_log = logging.getLogger(__name__)


async def purge_now(
    store: Store, settings: Settings, now: datetime | None = None, *, whole: bool = True
) -> dict[str, int]:
    """Erase what is older than the settings allow; how many rows of each kind.

    Args:
        store: of this process.
        settings: with the periods.
        now: the moment to reckon from; the present one when not given.
        whole: also write the database file anew.

    Raises:
        StoreError: the database cannot be used.
    """
    periods = Periods(settings.retention_text_days, settings.retention_turns_days)
    moment = now or datetime.now(UTC)
    counts = await store.write(lambda connection: purge(connection, moment, periods))
    await compact(store.database, whole=whole and any(counts.values()))
    return counts


async def keep_purging(store: Store, settings: Settings, stop: asyncio.Event) -> None:
    """Purge at once and then every day until ``stop`` is set; a failure waits for the next hour.

    The write-ahead log is emptied every hour: what people had erased lies there until then.
    """
    hours = 0
    while not stop.is_set():
        try:
            if hours % HOURS_A_DAY == 0:
                counts = await purge_now(store, settings, whole=False)
                _log.info("purged: %s", ", ".join(f"{n} {what}" for what, n in counts.items()))
            else:
                await compact(store.database, whole=False)
            hours += 1
        except StoreError as error:
            _log.warning("nothing was purged, it is tried again in an hour: %s", error)
        await _pause(stop, HOUR)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
