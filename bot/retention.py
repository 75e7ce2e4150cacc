"""Nothing is kept for longer than the settings say: once on demand, and daily while serving."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.store import StoreError
from bot.store.compact import compact
from bot.store.purging import Periods, erased_turns, purge

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.store import Store

MINUTE = 60.0
MINUTES_AN_HOUR, MINUTES_A_DAY = 60, 1440
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
    """Purge at once and then every day until ``stop`` is set; a failure waits for the next minute.

    What people had erased lies in the write-ahead log until that is emptied, which is done within
    a minute, and every hour anyway.
    """
    minutes, erased, trouble = 0, 0, ""
    while not stop.is_set():
        try:
            now_erased = await store.write(erased_turns)
            await _minute(store, settings, minutes, fresh=now_erased != erased)
            minutes, erased, trouble = minutes + 1, now_erased, ""
        except StoreError as error:
            trouble = _told(error, trouble)
        await _pause(stop, MINUTE)


async def _minute(store: Store, settings: Settings, minutes: int, *, fresh: bool) -> None:
    if minutes % MINUTES_A_DAY == 0:
        counts = await purge_now(store, settings, whole=False)
        _log.info("purged: %s", ", ".join(f"{n} {what}" for what, n in counts.items()))
    elif fresh or minutes % MINUTES_AN_HOUR == 0:
        await compact(store.database, whole=False)


def _told(error: StoreError, before: str) -> str:
    """Warn of an error, once however often it comes; the error as text."""
    if str(error) != before:
        _log.warning("nothing was purged, it is tried again in a minute: %s", error)
    return str(error)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
