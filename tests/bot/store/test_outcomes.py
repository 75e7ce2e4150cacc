from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.store.fact_tables import episodes
from bot.store.facts import Facts
from bot.store.outcomes import OUTCOMES, outcome_at
from tests.bot.analytics.stories import DAY, MINUTE, START, Story
from tests.fakes.open_store import found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from bot.store.database.database import Database
    from bot.store.outcomes import Outcome
    from bot.store.store import Store

pytestmark = pytest.mark.asyncio

LATER = START + 100 * DAY
HOUR = timedelta(hours=1)

STORIES: list[tuple[Outcome, str, Story]] = [
    ("transmis", "a desk by decision", Story().asks("route", "ecps")),
    ("transmis", "all contacts on a wish", Story().asks("answer", "a", shown="contacts")),
    ("transmis", "a wish for a person", Story().asks("answer", "a").says("human")),
    (
        "transmis",
        "a desk that was chosen",
        Story().asks("clarify", "a").says("choice", about="desk:ecps"),
    ),
    ("transmis", "a ticket", Story().asks("unanswered").opens_ticket()),
    (
        "transmis",
        "a ticket after no",
        Story().asks("answer", "a").says("useful", "no").opens_ticket(),
    ),
    (
        "transmis",
        "a person, and back the next day",
        Story().asks("route", "ecps").later(DAY).asks("route", "ecps"),
    ),
    ("recontacté", "the same entry", Story().asks("answer", "a").later(DAY).asks("answer", "a")),
    (
        "recontacté",
        "the same entry although it helped",
        Story().asks("answer", "a").says("useful", "yes").later(DAY).asks("answer", "a"),
    ),
    (
        "recontacté",
        "the same first candidate",
        Story().asks("clarify", "a").later(6 * DAY).asks("unanswered", "a"),
    ),
    (
        "recontacté",
        "after another wish in between",
        Story().asks("answer", "a").later(HOUR).asks("answer", "b").later(HOUR).asks("answer", "a"),
    ),
    ("sans réponse", "unanswered", Story().asks("unanswered")),
    ("sans réponse", "unanswered, then thanks", Story().asks("unanswered").asks("decline")),
    ("sans réponse", "unanswered, nothing fits", Story().asks("unanswered").says("none")),
    ("refusé", "it did not help", Story().asks("answer", "a").says("useful", "no")),
    ("refusé", "none of the choices", Story().asks("clarify", "a").says("none")),
    (
        "refusé",
        "yes by mistake, then no",
        Story().asks("answer", "a").says("useful", "yes").says("useful", "no"),
    ),
    ("refusé", "no on a decline", Story().asks("decline").says("useful", "no")),
    ("hors sujet", "declined", Story().asks("decline")),
    ("hors sujet", "declined twice", Story().asks("decline").asks("decline")),
    ("confirmé", "it helped", Story().asks("answer", "a").says("useful", "yes")),
    (
        "confirmé",
        "no by mistake, then yes",
        Story().asks("answer", "a").says("useful", "no").says("useful", "yes"),
    ),
    (
        "confirmé",
        "a choice that helped",
        Story().asks("clarify", "a").says("choice", about="entry:a").says("useful", "yes"),
    ),
    (
        "confirmé",
        "a greeting around it",
        Story().asks("decline").asks("answer", "a").says("useful", "yes").asks("decline"),
    ),
    (
        "confirmé",
        "back after eight days",
        Story().asks("answer", "a").says("useful", "yes").later(8 * DAY).asks("answer", "a"),
    ),
    (
        "confirmé",
        "back for something else",
        Story().asks("answer", "a").says("useful", "yes").later(DAY).asks("answer", "b"),
    ),
    ("abandonné", "choices left open", Story().asks("clarify", "a")),
    ("abandonné", "a photo alone", Story().asks(None)),
    ("abandonné", "a version that did not note", Story().asks("clarify", "a", shown="unknown")),
    ("supposé", "an answer and no sign", Story().asks("answer", "a")),
    (
        "supposé",
        "a choice and no sign",
        Story().asks("clarify", "a").says("choice", about="entry:a"),
    ),
    ("supposé", "an answer, then thanks", Story().asks("answer", "a").asks("decline")),
    ("supposé", "asked again at once", Story().asks("answer", "a").asks("answer", "a")),
]


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def first_outcomes(store: Store, stories: Sequence[Story], now: datetime) -> list[str]:
    """The class of the first episode of each story."""
    first = [story.episodes()[0] for story in stories]
    made = [replace(episode, first_turn=number) for number, episode in enumerate(first)]
    await store.write(lambda connection: Facts(connection).put_episodes("web", "c", made))
    rows = await found(store, select(outcome_at(now)).order_by(episodes.c.id))
    return [row[0] for row in rows]


async def test_each_story_ends_in_its_class(store: Store) -> None:
    classes = await first_outcomes(store, [story for _, _, story in STORIES], LATER)
    names = [name for _, name, _ in STORIES]
    assert dict(zip(names, classes, strict=True)) == {name: o for o, name, _ in STORIES}


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
