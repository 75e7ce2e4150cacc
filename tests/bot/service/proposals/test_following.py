"""What a publication means for the entry that it changes, and for the messages it came from."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.analytics.proposals.changes import Changes
from bot.service.proposals.following import follow_publication, follow_taking_back
from bot.store.autonomy import AutonomyRecords, Standing
from bot.store.proposals import Proposal
from bot.store.replays import Replays
from bot.store.review_tables import review_items
from bot.store.staff_tables import labels
from tests.fakes.labelled import ENTRY, MONDAY, judge_answers, put_turn, turn_row
from tests.fakes.open_store import KEY, found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.store.store import Store

pytestmark = pytest.mark.asyncio
BY, NOW = "account:3", MONDAY + timedelta(days=7)
NEW = Changes("entry", title="Et les enfants ?")
"""A new entry, whose id is made from its title."""

STATES = select(review_items.c.turn_id, review_items.c.state)
TARGETS = select(labels.c.verdict, labels.c.target)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(tmp_path / "a.db") as opened:
        yield opened


def proposal(changes: Changes, *turns: int) -> Proposal:
    about = changes.kind, changes.to_dict(), turns
    return Proposal(1, BY, MONDAY, "published", *about, {}, "", "", "", MONDAY)


async def publish(store: Store, changes: Changes, *turns: int, passed: bool = True) -> None:
    published = proposal(changes, *turns)
    await store.write(lambda t: follow_publication(t, KEY, published, NOW, passed=passed))


async def standings(store: Store) -> dict[str, Standing]:
    return await store.write(lambda t: AutonomyRecords(t).all())


@pytest.mark.parametrize(("passed", "state"), [(True, "repond"), (False, "demande")])
async def test_a_new_entry_begins_as_its_check_went(store: Store, passed: bool, state: str) -> None:
    await publish(store, NEW, passed=passed)
    begun = Standing(NEW.owner, state, NOW, by="check")  # type: ignore[arg-type]
    assert await standings(store) == {NEW.owner: begun}
    (event,) = await store.write(lambda t: AutonomyRecords(t).events(NEW.owner))
    assert event.by == BY


async def test_wordings_give_nothing_back_that_an_entry_lost(store: Store) -> None:
    lower = lambda t: AutonomyRecords(t).lower(ENTRY, "demande", MONDAY, BY)  # noqa: E731
    await store.write(lower)
    before = await standings(store)
    await publish(store, Changes("wording", ENTRY, wordings=("il grince",)))
    assert await standings(store) == before


async def test_an_entry_that_gets_wordings_is_watched_anew(store: Store) -> None:
    await judge_answers(store, [False] * 30)
    await publish(store, Changes("wording", ENTRY, wordings=("il grince",)))
    assert (await standings(store))[ENTRY] == Standing(ENTRY, "repond", NOW, by="check")


async def test_what_the_queue_settles_counts_at_once_against_what_was_answered(
    store: Store,
) -> None:
    turns = [
        await store.write(lambda t, n=n: put_turn(t, turn_row(MONDAY, text=f"question {n}")))  # type: ignore[misc]
        for n in range(3)
    ]
    await publish(store, NEW, *turns)
    assert (await standings(store))[ENTRY].state == "demande"
    assert await found(store, STATES) == [(turn, "entry") for turn in turns]
    assert await found(store, TARGETS) == [("wrong", f"entry:{NEW.owner}")] * 3


async def test_what_is_taken_back_is_open_again_and_says_nothing_more(store: Store) -> None:
    turn = await store.write(lambda t: put_turn(t, turn_row(MONDAY)))
    await publish(store, NEW, turn)
    await store.write(lambda t: follow_taking_back(t, KEY, proposal(NEW, turn), NOW))
    assert await found(store, STATES) == [(turn, "new")]
    assert await found(store, TARGETS) == []


async def test_what_was_put_outside_is_right_there_in_the_next_replay(store: Store) -> None:
    row = turn_row(MONDAY, action="unanswered", entry=None, kind="text")
    turn = await store.write(lambda t: put_turn(t, row))
    await publish(store, Changes("outside", "meteo", wordings=("il pleut",)), turn)
    assert await found(store, TARGETS) == [("wrong", "family:meteo")]
    (asked,) = await store.write(lambda t: Replays(t).messages(MONDAY))
    assert asked.right == "outside:meteo"
