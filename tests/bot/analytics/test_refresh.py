from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.analytics.refresh import UNSETTLED, rebuild_episodes, refresh_episodes
from bot.conversation.messages import Incoming
from bot.conversation.turns import Feedback
from bot.store.fact_tables import episodes
from bot.store.person import forget_chat
from classifier.decision import Candidate, Decision, Target
from tests.fakes.open_store import found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.store.database.database import Database
    from bot.store.store import Store

pytestmark = pytest.mark.asyncio
ENTRY = Target("faq", "velo")
LATER = datetime.now(UTC) + timedelta(days=1)


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def ask(store: Store, chat: str, *, group: bool = False) -> int:
    decision = Decision("answer", ENTRY, (), (Candidate(ENTRY, 0.9),), 0.9, "m")
    asked = Incoming("web", chat, "et mon vélo ?", group=group)
    return await store.write(
        lambda connection: store.journal(connection).record_turn(asked, decision, 1.0)
    )


async def say_no(store: Store, turn: int) -> None:
    said = Feedback("useful", ENTRY, "no")
    await store.write(lambda connection: store.journal(connection).record_feedback(turn, said))


async def kept(store: Store) -> list[tuple[object, ...]]:
    return await found(store, select(episodes).order_by(episodes.c.id))


async def test_an_episode_appears_and_follows_what_is_said_of_it(store: Store) -> None:
    turn = await ask(store, "1")
    assert await refresh_episodes(store, LATER) == 1
    query = select(episodes.c.id, episodes.c.entry, episodes.c.top, episodes.c.no_at)
    assert await found(store, query) == [(turn, "velo", "entry:velo", None)]
    await say_no(store, turn)
    assert await refresh_episodes(store, LATER) == 1
    ((_, _, _, no_at),) = await found(store, query)
    assert no_at is not None
    assert await refresh_episodes(store, LATER) == 0


async def test_what_was_just_written_is_left_for_the_next_time(store: Store) -> None:
    await ask(store, "1")
    assert await refresh_episodes(store, datetime.now(UTC) + UNSETTLED / 2) == 0
    assert await refresh_episodes(store, LATER) == 1


async def test_made_from_the_start_they_are_the_same(store: Store) -> None:
    for number in range(12):
        turn = await ask(store, str(number % 3), group=number % 3 == 2)
        if number % 2:
            await say_no(store, turn)
        await refresh_episodes(store, LATER)
    before = await kept(store)
    assert await rebuild_episodes(store, LATER) == 3
    assert await kept(store) == before
    assert len(before) == 2 + 4


async def test_whom_it_leads_to_is_forgotten_and_what_became_of_it_is_kept(store: Store) -> None:
    await ask(store, "1")
    await refresh_episodes(store, LATER)
    chat = store.pseudonym.of("web", "1")
    await store.write(lambda connection: forget_chat(connection, chat))
    ((*_,),) = await kept(store)
    assert await found(store, select(episodes.c.chat, episodes.c.entry)) == [("", "velo")]
    await rebuild_episodes(store, LATER)
    assert await found(store, select(episodes.c.chat, episodes.c.entry)) == [("", "velo")]
