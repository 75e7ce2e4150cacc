"""The questions that the first words offer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation.messages import Incoming
from bot.conversation.samples import LONGEST, SAMPLES, Samples
from bot.conversation.turns import MANY_CHATS
from kb.loader import load
from kb.walk import carriers
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.small_base import BIKE, FARE, HELMET, RIDE, answering, small_base
from tests.fakes.talk import labels, talk

SHIPPED = Path(__file__).parent.parent.parent.parent / "kb" / "content"


async def asked(journal: MemoryJournal, *targets: object) -> None:
    for target in targets:
        for chat in range(MANY_CHATS):
            asking = Incoming("test", f"{chat}", text="mot")
            await journal.record_turn(asking, answering(target), 1.0)  # type: ignore[arg-type]


@pytest.mark.asyncio
async def test_a_sample_question_is_answered_by_one_press() -> None:
    person = talk()
    assert labels(await person.says("/start"))[0] == "Comment partir ?"
    assert "Badgez, tirez, roulez." in (await person.presses("Comment partir")).text


@pytest.mark.asyncio
async def test_what_is_asked_most_comes_first_once_enough_people_asked_enough() -> None:
    base, journal = small_base(), MemoryJournal()
    samples = Samples(base)
    await asked(journal, BIKE, FARE)
    assert await samples.read(journal) == samples.typical
    await asked(journal, HELMET)
    assert {entry.id for entry in await samples.read(journal)} == {"velo-casse", "tarif", "casque"}


@pytest.mark.asyncio
async def test_an_answer_that_is_gone_is_no_sample() -> None:
    base, journal = small_base(), MemoryJournal()
    await asked(journal, BIKE, FARE, HELMET, RIDE)
    left = {name: entry for name, entry in base.entries.items() if name == "casque"}
    found = await Samples(replace(base, entries=left)).read(journal)
    assert [entry.id for entry in found] == ["casque"]


@pytest.mark.asyncio
async def test_a_group_is_not_offered_any() -> None:
    assert "Comment partir ?" not in labels(await talk(group=True).says("/start"))


def test_without_a_journal_they_are_short_and_of_different_domains() -> None:
    base = load(SHIPPED)
    typical = Samples(base).typical
    assert len(typical) == SAMPLES
    assert all(len(entry.title) <= LONGEST for entry in typical)
    for entry, domain in zip(typical, base.domains, strict=False):
        assert any(entry in carriers(base, *value) for value in domain.values)
