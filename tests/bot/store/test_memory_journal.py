"""The journal in memory and the one in the database keep the same promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.conversation.messages import Incoming
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.open_store import OneByOne, open_store
from tests.fakes.small_base import BIKE, FARE, WEATHER, answering, asking, declining

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.conversation.ports import Journal

HERE, THERE = Incoming("test", "1", text="06 12 34 56 78"), Incoming("test", "2", text="mot")
DECISION = answering(BIKE, FARE)


@pytest_asyncio.fixture(params=["memory", "database"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    if request.param == "memory":
        yield MemoryJournal()
        return
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        yield OneByOne(store)


@pytest.mark.asyncio
async def test_a_turn_is_remembered_by_its_own_chat_only(journal: Journal) -> None:
    turn = await journal.record_turn(HERE, DECISION, 1.0)
    past = await journal.past_turn(HERE, turn)
    assert past is not None
    assert (past.id, past.candidates, past.target) == (turn, (BIKE, FARE), BIKE)
    assert await journal.past_turn(THERE, turn) is None
    assert await journal.past_turn(HERE, turn + 1) is None


@pytest.mark.asyncio
@pytest.mark.parametrize("decision", [asking(BIKE, FARE), declining(WEATHER, BIKE)])
async def test_a_turn_without_reply_has_no_target(journal: Journal, decision: object) -> None:
    turn = await journal.record_turn(HERE, decision, 1.0)  # type: ignore[arg-type]
    past = await journal.past_turn(HERE, turn)
    assert past is not None
    assert past.target is None


@pytest.mark.asyncio
async def test_an_update_is_one_turn_and_one_without_number_always_a_new_one(
    journal: Journal,
) -> None:
    numbered = Incoming("test", "1", text="mot", update_id=7)
    first = await journal.record_turn(numbered, DECISION, 1.0)
    assert await journal.record_turn(numbered, DECISION, 1.0) == first
    assert await journal.record_turn(HERE, DECISION, 1.0) != first
    assert (await journal.read_turns(HERE, 9))[0] == 2


@pytest.mark.asyncio
async def test_feedback_is_remembered_in_order_and_misses_are_counted(journal: Journal) -> None:
    turn = await journal.record_turn(HERE, DECISION, 1.0)
    counted = []
    for kind, value in [("useful", "no"), ("choice", "faq:tarif"), ("none", ""), ("human", "")]:
        await journal.record_feedback(turn, kind, value)
        counted.append(await journal.misses_in_a_row(HERE))
    assert counted == [1, 1, 2, 0]
    assert await journal.misses_in_a_row(THERE) == 0
    past = await journal.past_turn(HERE, turn)
    assert past is not None
    assert past.feedback[1:3] == (("choice", "faq:tarif"), ("none", ""))


@pytest.mark.asyncio
async def test_kept_turns_are_masked_and_come_newest_first(journal: Journal) -> None:
    await journal.record_turn(HERE, DECISION, 1.0)
    last = await journal.record_turn(Incoming("test", "1", text="mot"), DECISION, 1.0)
    count, kept = await journal.read_turns(HERE, 1)
    assert count == 2
    assert [(turn.id, turn.text, turn.action) for turn in kept] == [(last, "mot", "answer")]
    assert "06 12" not in (await journal.read_turns(HERE, 2))[1][1].text
    assert await journal.read_turns(THERE, 9) == (0, [])


@pytest.mark.asyncio
async def test_forgetting_empties_one_chat_and_leaves_the_other(journal: Journal) -> None:
    turn = await journal.record_turn(HERE, DECISION, 1.0)
    await journal.record_turn(THERE, DECISION, 1.0)
    assert await journal.forget(HERE) == 1
    assert await journal.forget(HERE) == 0
    assert await journal.read_turns(HERE, 9) == (0, [])
    assert await journal.past_turn(HERE, turn) is None
    assert (await journal.read_turns(THERE, 9))[0] == 1
