from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from bot.ops.settings import Settings
from bot.service.digest import is_due, send_once, write_digest
from bot.store.deliveries import Deliveries
from bot.store.drift import Counts, Sign, Week, Weeks
from bot.store.tables import outbox
from tests.fakes.open_store import found, open_store
from tests.fakes.small_base import small_base

if TYPE_CHECKING:
    from pathlib import Path

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
"""8:30 in Paris."""


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (MONDAY, True),
        (MONDAY - timedelta(minutes=1), False),
        (MONDAY + timedelta(days=1), True),
        (MONDAY + timedelta(days=2), False),
        (datetime(2026, 3, 30, 6, 30, tzinfo=UTC), True),  # after the change to summer
        (datetime(2026, 3, 30, 6, 29, tzinfo=UTC), False),
    ],
)
def test_it_is_due_from_monday_morning_in_paris_for_a_day_and_a_half(
    at: datetime, due: bool
) -> None:
    assert is_due(at) is due


@pytest.mark.asyncio
async def test_it_is_ten_lines_of_counts_sent_once_a_week_by_all_processes_together(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path, digest_chat=(-100,))
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        reply = await write_digest(store, settings, small_base(), "m", MONDAY)
        lines = reply.text.splitlines()
        assert len(lines) == 10
        assert lines[0] == "Semaine du 16/11/2026 au 22/11/2026"
        assert lines[-1].endswith("http://127.0.0.1:8080/bureau/")
        sign = Sign("strange", 0.1, 0.9, 1e-9)
        flagged = Week("m", date(2026, 11, 16), Counts(), (sign,))
        await store.write(lambda t: Weeks(t).put(flagged))
        told = await write_digest(store, settings, small_base(), "m", MONDAY)
        assert told.text.startswith(reply.text)
        assert "Le trafic a changé (la part des messages aux mots inconnus)" in told.text
        deliveries = Deliveries(store, {"telegram": "telegram:1"})
        sent = await asyncio.gather(
            *(send_once(store, deliveries, (-100,), reply, MONDAY) for _ in range(3))
        )
        assert sorted(sent) == [False, False, True]
        assert await send_once(store, deliveries, (-100,), reply, MONDAY + timedelta(days=7))
        assert await found(store, select(func.count()).select_from(outbox)) == [(2,)]
