"""Whatever the clock and its zone do, nothing is counted twice, lost, or kept for too long."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from bot.analytics.reports import figures, render
from bot.conversation.conversation import Conversation
from bot.conversation.replies.dates import day, moment
from bot.ops.settings import Settings
from bot.service import retention
from bot.service.retention import keep_purging, purge_now
from bot.store.tables import purges, turns
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.brain import PlainBrain
from tests.fakes.open_store import open_store
from tests.fakes.small_base import BIKE, ScriptedDecider, answering, small_base
from tests.fakes.telegram_service import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database.database import Database
    from bot.store.store import Store

MINUTE, HALF_HOUR, DAY = timedelta(minutes=1), timedelta(minutes=30), timedelta(days=1)
SUMMER_ENDS = datetime(2026, 10, 24, 22, tzinfo=UTC)
SUMMER_BEGINS = datetime(2026, 3, 28, 23, tzinfo=UTC)
"""Midnight in Paris, at the beginning of the night in which its clocks are set."""

NIGHTS = pytest.mark.parametrize("midnight", [SUMMER_ENDS, SUMMER_BEGINS], ids=["ends", "begins"])
NIGHT = 12
"""Half hours from there on, beyond the change."""


@pytest.fixture(params=["UTC", "Europe/Paris", "America/Los_Angeles", "Pacific/Kiritimati"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The zone of the machine."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


async def asked_at(store: Store, *moments: datetime) -> None:
    """One turn at each moment."""
    plain = {"channel": "web", "chat": "a", "text": "mots", "action": "decline", "model": "m"}
    figures_ = {"confidence": 0.5, "candidates": [], "latency_ms": 1.0}
    rows = [{**plain, **figures_, "at": at, "update_id": n} for n, at in enumerate(moments)]

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(insert(turns), rows)

    await store.write(work)


async def moments_of(store: Store) -> list[datetime]:
    """When the turns that still have their words were."""
    found = select(turns.c.at).where(turns.c.text != "").order_by(turns.c.at)
    rows = await store.write(lambda connection: connection.execute(found))
    return [at for (at,) in rows]


@NIGHTS
@pytest.mark.asyncio
async def test_each_turn_of_the_night_of_the_change_is_counted_once(
    midnight: datetime, zone: str, any_database: Database
) -> None:
    night = [midnight + HALF_HOUR * number for number in range(NIGHT)]
    async with await open_store(any_database) as store:
        await asked_at(store, *night)
        assert await moments_of(store) == night, zone
    report = await figures(any_database)
    assert report.actions == (("decline", NIGHT),)
    assert report.span == (NIGHT, night[0], night[-1])


@pytest.mark.asyncio
async def test_the_hour_that_comes_twice_is_told_apart(zone: str, tmp_path: Path) -> None:
    first = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        await asked_at(store, first, first + HALF_HOUR)
        shown = render(await figures(store.database), {})
    assert "Period: 2026-10-25 02:40 CEST to 2026-10-25 02:10 CET (Europe/Paris)" in shown, zone


def test_people_read_the_day_that_it_is_in_paris(zone: str) -> None:
    before, after = SUMMER_ENDS - MINUTE, SUMMER_ENDS
    assert [day(before), day(after)] == ["24/10/2026", "25/10/2026"], zone
    assert moment(before) == "24/10/2026 à 23:59"
    assert moment(SUMMER_BEGINS + 2 * HALF_HOUR * 2) == "29/03/2026 à 03:00"


@NIGHTS
@pytest.mark.asyncio
async def test_words_go_when_their_days_are_over_in_the_night_of_the_change_too(
    midnight: datetime, zone: str, any_database: Database
) -> None:
    settings, period = Settings(retention_text_days=90), 90 * DAY
    nights = [midnight + HALF_HOUR * number for number in range(NIGHT)]
    earlier = [at - period for at in nights]
    async with await open_store(any_database) as store:
        await asked_at(store, *earlier, *nights)
        for number, now in enumerate(nights):
            await purge_now(store, settings, now + MINUTE, whole=False)
            assert await moments_of(store) == earlier[number + 1 :] + nights, zone
        for number, at in enumerate(nights):
            await purge_now(store, settings, at + period + MINUTE, whole=False)
            assert await moments_of(store) == nights[number + 1 :], zone


# The daily purge


class Clock:
    """Goes on by so much at each look, and has the service stop at the end."""

    def __init__(self, begin: datetime, end: datetime, step: timedelta = HALF_HOUR) -> None:
        self.now = begin - step
        self.end = end
        self.step = step
        self.stop = asyncio.Event()

    def __call__(self) -> datetime:
        self.now += self.step
        if self.now >= self.end:
            self.stop.set()
        return self.now


@pytest.fixture
def days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., asyncio.Future[list[datetime]]]:
    """Lives through days of serving, one process after the other: when was purged?"""
    monkeypatch.setattr(retention, "MINUTE", 0.0)

    async def through(*clocks: Clock) -> list[datetime]:
        async with await open_store(tmp_path / "aiguilleur.db") as store:
            for clock in clocks:
                await asyncio.wait_for(keep_purging(store, Settings(), clock.stop, clock), 30)
            noted = select(purges.c.at).where(purges.c.what == "all").order_by(purges.c.id)
            rows = await store.write(lambda connection: connection.execute(noted))
            return [at for (at,) in rows]

    return lambda *clocks: asyncio.ensure_future(through(*clocks))


@NIGHTS
@pytest.mark.asyncio
async def test_it_is_purged_once_a_day_whatever_the_clocks_on_the_wall_do(
    midnight: datetime, days: Callable[..., asyncio.Future[list[datetime]]]
) -> None:
    begin = midnight - DAY / 2
    assert await days(Clock(begin, begin + 3 * DAY)) == [begin + DAY * n for n in range(4)]


@pytest.mark.asyncio
async def test_a_restart_over_midnight_leaves_no_day_out(
    days: Callable[..., asyncio.Future[list[datetime]]],
) -> None:
    evening, night = SUMMER_ENDS - MINUTE, SUMMER_ENDS + MINUTE
    found = await days(Clock(evening - DAY, evening), Clock(night, night + DAY))
    assert found == [evening - DAY, evening, night, night + DAY]


@pytest.mark.asyncio
async def test_a_clock_that_is_set_back_or_jumps_stops_no_purge(
    days: Callable[..., asyncio.Future[list[datetime]]],
) -> None:
    class Set(Clock):
        """Set back by a week after a day, then put right."""

        def __call__(self) -> datetime:
            now = super().__call__()
            return now - 7 * DAY if DAY < now - SUMMER_ENDS <= 2 * DAY else now

    found = await days(Set(SUMMER_ENDS, SUMMER_ENDS + 3 * DAY))
    assert all(later - found[0] <= 3 * DAY for later in found)
    assert found[2] < found[0], "it goes on by the clock as it is now"
    assert found[3] == SUMMER_ENDS + 2 * DAY + HALF_HOUR, "and as it is then"


# Messages


@pytest.mark.asyncio
async def test_messages_of_yesterday_and_of_tomorrow_are_answered_and_kept_as_of_now(
    tmp_path: Path,
) -> None:
    now = time.time()
    dates = {1: now - 82_800, 2: now + 86_400, 3: 0, 4: 2**32 - 1}
    talker = Conversation(PlainBrain(small_base(), ScriptedDecider(answering(BIKE))))
    file = tmp_path / "aiguilleur.db"
    async with FakeBotApi() as api:
        async with serving(api, talker, file):
            for chat, date in dates.items():
                api.user_says(chat, "mon vélo", date=int(date))
            await api.sent(len(dates))
        async with await open_store(file) as store:
            await purge_now(store, Settings(), whole=False)
            kept = await moments_of(store)
    assert {sent.chat for sent in api.messages} == set(dates)
    assert len(kept) == len(dates)
    assert all(now - 1 <= at.timestamp() <= time.time() for at in kept)
