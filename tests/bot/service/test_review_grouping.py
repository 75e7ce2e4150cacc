"""The queue is grouped by a process of its own, which may fail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.conversation.messages import Incoming
from bot.service import review_grouping
from bot.service.review_grouping import keep_grouped
from bot.service.watch_review import ReviewWatch
from bot.store.review_items import Found, ReviewItems
from bot.store.review_tables import review_items
from classifier.decision import Decision
from tests.fakes.open_store import OneByOne, found, open_store
from tests.fakes.small_base import small_base

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.store import Store

NOTHING = Decision("unanswered", None, (), (), 0.1, "m")
NOW = datetime.now(UTC)
GROUPS = select(review_items.c.turn_id, review_items.c.group_id)


async def queue(store: Store, *texts: str) -> None:
    for text in texts:
        turn = await OneByOne(store).record_turn(Incoming("web", "1", text), NOTHING, 1.0)
        waiting = [Found(turn, "unanswered")]
        await store.write(lambda t, new=waiting: ReviewItems(t, store.key).put(new, NOW))


@pytest.mark.asyncio
async def test_what_waits_is_grouped_once_in_ten_minutes(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        assert not await keep_grouped(store, small_base(), NOW)
        await queue(store, "mon pneu est crevé", "le pneu est crevé", "où nager demain")
        assert await keep_grouped(store, small_base(), NOW)
        assert dict(await found(store, GROUPS)) == {1: 1, 2: 1, 3: 3}
        await queue(store, "MON PNEU est crevé !", "quel casque choisir")
        assert not await keep_grouped(store, small_base(), NOW + timedelta(minutes=5))
        assert dict(await found(store, GROUPS)) == {1: 1, 2: 1, 3: 3, 4: 1, 5: None}


@pytest.mark.asyncio
async def test_a_grouping_that_fails_is_logged_and_the_service_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(review_grouping, "_COMMAND", ("false",))
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        await queue(store, "mon pneu est crevé")
        await ReviewWatch(store, small_base).look()
        assert dict(await found(store, GROUPS)) == {1: None}
    assert "was not grouped" in caplog.text
