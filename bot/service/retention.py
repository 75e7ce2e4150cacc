"""Purges what is kept for longer than the settings say: on demand, and daily while serving."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.ops.waiting import wait_at_most
from bot.store import StoreError
from bot.store.database.compact import compact
from bot.store.database.sqlite_engine import BUSY_SECONDS
from bot.store.keeping import Periods
from bot.store.purging import count_erased_turns, purge

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from bot.ops.settings import Settings
    from bot.store.store import Store

MINUTE = 60.0
BESIDE_SECONDS = 0.2
"""For another program's lock, each time that the log is to be emptied while people are served."""
FIRST_PURGE_SECONDS = 120.0
"""After the start, before the first purge."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_log = logging.getLogger(__name__)


async def purge_now(
    store: Store, settings: Settings, now: datetime | None = None, *, whole: bool = True
) -> dict[str, int]:
    """Erase what is older than the settings allow; how many rows of each kind.

    Args:
        store: of this process.
        settings: with the periods.
        now: the moment to reckon from; the present one when not given.
        whole: also give free pages back to the disk.

    Raises:
        StoreError: the database cannot be used.
    """
    periods = Periods(
        settings.retention_text_days,
        settings.retention_turns_days,
        settings.retention_ticket_days,
    )
    moment = now or _now()
    counts = await store.write(lambda connection: purge(connection, moment, periods))
    await _compact(store, whole=whole and any(counts.values()))
    return counts


async def _compact(store: Store, *, whole: bool) -> None:
    # What is done beside people is done in a thread that nobody can end: it is tried again.
    await compact(store.database, whole=whole, busy=BUSY_SECONDS if whole else BESIDE_SECONDS)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Every:
    """What is done again and again, by a clock that may stand still, jump or be set back."""

    period: timedelta
    last: datetime | None = None

    def due(self, now: datetime) -> bool:
        return self.last is None or not self.last <= now < self.last + self.period


@dataclass(slots=True)
class _Rounds:
    """What is due: the purge, and emptying the write-ahead log.

    Attributes:
        erased: how many turns were known to lead to nobody.
    """

    purge: _Every = field(default_factory=lambda: _Every(DAY))
    log: _Every = field(default_factory=lambda: _Every(HOUR))
    erased: int = 0


async def keep_purging(
    store: Store,
    settings: Settings,
    stop: asyncio.Event,
    clock: Callable[[], datetime] = _now,
    first: float = 0.0,
) -> None:
    """Purge after a while and then every day until ``stop`` is set; a failure waits for a minute.

    What people had erased lies in the write-ahead log until that is emptied, which is done within
    a minute, from the start on, and every hour anyway.

    Args:
        store: of this process.
        settings: with the periods.
        stop: set when it is to end.
        clock: the time of day.
        first: seconds until the first purge, so that what waited too long is answered before.
    """
    rounds, trouble = _Rounds(), ""
    begin = time.monotonic() + first
    while not stop.is_set():
        try:
            may_purge = time.monotonic() >= begin
            await _minute(store, settings, rounds, clock(), may_purge=may_purge)
            trouble = ""
        except StoreError as error:
            trouble = _warn_once(error, trouble)
        await wait_at_most(MINUTE, stop)


async def _minute(
    store: Store, settings: Settings, rounds: _Rounds, now: datetime, *, may_purge: bool
) -> None:
    erased = await store.write(count_erased_turns)
    if may_purge and rounds.purge.due(now):
        counts = await purge_now(store, settings, now, whole=False)
        _log.info("purged: %s", ", ".join(f"{n} {what}" for what, n in counts.items()))
        rounds.purge.last = rounds.log.last = now
    elif erased != rounds.erased or rounds.log.due(now):
        await _compact(store, whole=False)
        rounds.log.last = now
    rounds.erased = erased


def _warn_once(error: StoreError, before: str) -> str:
    """Warn of an error, once however often it comes; the error as text."""
    if str(error) != before:
        _log.warning("nothing was purged, it is tried again in a minute: %s", error)
    return str(error)
