from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.store.fact_tables import episodes
from bot.store.facts import Facts
from bot.store.outcomes import OUTCOMES, outcome_at
from tests.bot.analytics.outcome_stories import LATER, STORIES
from tests.bot.analytics.stories import DAY, MINUTE, START, Story
from tests.fakes.open_store import found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from bot.store.database.database import Database
    from bot.store.outcomes import Outcome
    from bot.store.store import Store

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def first_outcomes(store: Store, stories: Sequence[Story], now: datetime) -> list[str]:
    """The class of the first episode of each story."""
    first = [story.episodes()[0] for story in stories]
    made = [replace(episode, first_turn=number) for number, episode in enumerate(first)]
    await store.write(lambda connection: Facts(connection).put_episodes("web", ["c"], made))
    rows = await found(store, select(outcome_at(now)).order_by(episodes.c.id))
    return [row[0] for row in rows]


async def test_each_story_ends_in_its_class(store: Store) -> None:
    classes = await first_outcomes(store, [story for _, _, story in STORIES], LATER)
    names = [name for _, name, _ in STORIES]
    assert dict(zip(names, classes, strict=True)) == {name: o for o, name, _ in STORIES}
    assert len(set(names)) == len(names) >= 60
    assert set(classes) == set(OUTCOMES)


async def test_what_may_still_change_is_too_early_for_seven_days(store: Store) -> None:
    before: dict[Outcome, Story] = {
        "transmis": Story().asks("route", "ecps"),
        "sans réponse": Story().asks("unanswered"),
        "hors sujet": Story().asks("decline"),
        "refusé": Story().asks("answer", "a").says("useful", "no"),
        "trop tôt": Story().asks("answer", "a").says("useful", "yes"),
    }
    end = START + MINUTE + 7 * DAY
    stories = list(before.values())
    assert await first_outcomes(store, stories, end - MINUTE) == list(before)
    assert (await first_outcomes(store, stories, end))[-1] == "confirmé"


async def test_a_press_on_another_turn_chooses_nothing_of_this_one(store: Store) -> None:
    story = Story().asks("clarify", "a").asks("answer", "b")
    story.says("choice", about="desk:ecps", turn=1)
    assert await first_outcomes(store, [story], LATER) == ["supposé"]


async def test_every_class_is_met_by_some_story() -> None:
    assert {outcome for outcome, _, _ in STORIES} | {"trop tôt"} == set(OUTCOMES)
