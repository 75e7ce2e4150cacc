"""What is known of the message before, in memory and in the database alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import update

from bot.conversation.follow_ups import RECENT
from bot.conversation.messages import Incoming
from bot.store import StoreError
from bot.store.tables import turns
from tests.fakes.memory_journal import MemoryJournal, MemoryRecall
from tests.fakes.open_store import OneByOne, open_store
from tests.fakes.small_base import BIKE, answering

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.conversation.ports import Journal, Recall
    from bot.store.store import Store, Transaction

HERE = Incoming("test", "1", "Mon numéro est le 06 12 34 56 78", update_id=1)
NEXT = Incoming("test", "1", "et le prix ?", update_id=2)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(tmp_path / "aiguilleur.db") as opened:
        yield opened


@pytest.fixture(params=["memory", "database"])
def both(request: pytest.FixtureRequest, store: Store) -> tuple[Journal, Recall]:
    if request.param == "memory":
        journal = MemoryJournal()
        return journal, MemoryRecall(journal)
    return OneByOne(store), store.recall()


@pytest.mark.asyncio
async def test_the_last_message_is_known_as_it_is_kept(both: tuple[Journal, Recall]) -> None:
    journal, recall = both
    assert await recall.last_message(NEXT) == ""
    await journal.record_turn(HERE, answering(BIKE), 1.0)
    known = await recall.last_message(NEXT)
    assert known.startswith("Mon numéro est le")
    assert "12 34" not in known


@pytest.mark.asyncio
async def test_a_message_that_comes_again_is_not_its_own_predecessor(
    both: tuple[Journal, Recall],
) -> None:
    journal, recall = both
    await journal.record_turn(HERE, answering(BIKE), 1.0)
    assert await recall.last_message(HERE) == ""
    await journal.record_turn(replace(NEXT, update_id=~2), answering(BIKE), 1.0)
    assert (await recall.last_message(NEXT)).startswith("Mon numéro")


@pytest.mark.asyncio
async def test_nobody_goes_on_from_another_chat_or_from_a_picture(
    both: tuple[Journal, Recall],
) -> None:
    journal, recall = both
    await journal.record_turn(HERE, answering(BIKE), 1.0)
    assert await recall.last_message(replace(NEXT, chat="2")) == ""
    assert await recall.last_message(replace(NEXT, channel="web")) == ""
    await journal.record_turn(replace(NEXT, update_id=3, text="", kind="photo"), None, 0.0)
    assert await recall.last_message(NEXT) == ""


@pytest.mark.asyncio
async def test_an_older_message_is_not_gone_on_from(store: Store) -> None:
    await OneByOne(store).record_turn(HERE, answering(BIKE), 1.0)
    before = datetime.now(UTC) - RECENT - timedelta(seconds=1)

    async def age(transaction: Transaction) -> None:
        await transaction.execute(update(turns).values(at=before))

    await store.write(age)
    assert await store.recall().last_message(NEXT) == ""


@pytest.mark.asyncio
async def test_what_cannot_be_read_is_no_message(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(*_: object, **__: object) -> None:
        raise StoreError("locked")

    monkeypatch.setattr(store.writer, "run", break_down)
    assert await store.recall().last_message(NEXT) == ""
