"""The journal in memory and the one in the database keep the same promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.conversation.messages import Incoming
from bot.conversation.turns import CONTACTS, Feedback, Shown
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.open_store import OneByOne, open_store
from tests.fakes.small_base import BIKE, FARE, HELMET, WEATHER, answering, asking, declining

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.conversation.ports import Journal
    from classifier.decision import Decision, Target

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
@pytest.mark.parametrize(
    ("decision", "shown", "target"),
    [
        (asking(BIKE, FARE), None, None),
        (declining(WEATHER, BIKE), None, WEATHER),
        (declining(None, BIKE), None, None),
        (DECISION, CONTACTS, None),
        (None, None, None),
    ],
)
async def test_the_target_of_a_turn_is_the_one_thing_that_was_shown(
    journal: Journal, decision: Decision | None, shown: Shown | None, target: Target | None
) -> None:
    turn = await journal.record_turn(HERE, decision, 1.0, shown)
    past = await journal.past_turn(HERE, turn)
    assert past is not None
    assert past.target == target


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
    said = (Feedback("useful", BIKE, "no"), Feedback("choice", FARE), Feedback("none", FARE))
    for one in (*said, Feedback("human")):
        await journal.record_feedback(turn, one)
        counted.append(await journal.misses_in_a_row(HERE))
    assert counted == [1, 1, 2, 0]
    assert await journal.misses_in_a_row(THERE) == 0
    past = await journal.past_turn(HERE, turn)
    assert past is not None
    assert past.feedback == (*said, Feedback("human"))
    assert past.last_displayed == FARE


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


@pytest.mark.asyncio
async def test_a_message_without_words_is_a_turn_of_its_kind(journal: Journal) -> None:
    photo = Incoming("test", "1", kind="photo")
    turn = await journal.record_turn(photo, None, 0.0)
    _, (kept,) = await journal.read_turns(HERE, 9)
    assert (kept.id, kept.kind, kept.action, kept.text) == (turn, "photo", None, "")


@pytest.mark.asyncio
async def test_a_photo_between_the_pieces_of_a_number_hides_none_of_them(journal: Journal) -> None:
    await journal.record_turn(Incoming("test", "1", text="mon tel : 06 39 98"), DECISION, 1.0)
    for _ in range(4):
        await journal.record_turn(Incoming("test", "1", kind="photo"), None, 0.0)
    await journal.record_turn(Incoming("test", "1", text="12 34"), DECISION, 1.0)
    _, kept = await journal.read_turns(HERE, 9)
    assert "06 39 98" not in kept[-1].text
    assert "12 34" not in kept[0].text


@pytest.mark.asyncio
async def test_what_is_kept_of_a_chat_is_counted_by_table(journal: Journal) -> None:
    for said in (Feedback("useful", BIKE, "no"), Feedback("human")):
        turn = await journal.record_turn(HERE, DECISION, 1.0)
        await journal.record_feedback(turn, said)
    await journal.record_turn(THERE, DECISION, 1.0)
    counts = await journal.count_kept(HERE)
    assert {name: number for name, number in counts.items() if number} == {
        "turns": 2,
        "feedback": 2,
    }


@pytest.mark.asyncio
async def test_what_is_asked_most_counts_people_and_names_nothing_that_few_asked(
    journal: Journal,
) -> None:
    for chat in range(6):
        await journal.record_turn(Incoming("test", f"f{chat}", text="mot"), answering(FARE), 1.0)
    for chat in range(5):
        await journal.record_turn(Incoming("test", f"b{chat}", text="mot"), answering(BIKE), 1.0)
        await journal.record_turn(Incoming("test", f"d{chat}", text="m"), declining(WEATHER), 1.0)
    for _ in range(9):
        await journal.record_turn(HERE, answering(HELMET), 1.0)
    assert await journal.most_answered(3) == ["tarif", "velo-casse"]
    assert await journal.most_answered(1) == ["tarif"]
