"""A message may lean on the one before it, and several that waited together may be one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.messages import Incoming
from tests.fakes.brain import PlainBrain
from tests.fakes.memory_journal import MemoryJournal, MemoryRecall
from tests.fakes.small_base import (
    BIKE,
    FARE,
    HELMET,
    WEATHER,
    WORKSHOP,
    ScriptedDecider,
    answering,
    asking,
    declining,
    routing,
    small_base,
    unanswering,
)

if TYPE_CHECKING:
    from bot.conversation.messages import Outcome
    from classifier.decision import Decision

FIRST, SECOND = "Comment louer un vélo ?", "et le prix ?"
TOGETHER = f"{FIRST}\n{SECOND}"
UNSURE = asking(HELMET, FARE)


class Chat:
    """One person, and what is decided on each text."""

    def __init__(self, *, group: bool = False, **script: Decision) -> None:
        self.journal = MemoryJournal()
        brain = PlainBrain(small_base(), ScriptedDecider(UNSURE, **script))
        self.conversation = Conversation(brain, recall=MemoryRecall(self.journal))
        self.group = group

    async def says(self, text: str, *pieces: str) -> Outcome:
        place = pieces.index(text) if pieces else 0
        incoming = Incoming("test", "1", text, group=self.group, pieces=pieces, text_number=place)
        prepared = await self.conversation.prepare(incoming)
        return await self.conversation.respond(prepared, self.journal)

    @property
    def actions(self) -> list[str | None]:
        return [turn.action for turn in self.journal.turns]


def script(together: Decision, alone: Decision = UNSURE) -> dict[str, Decision]:
    return {FIRST: answering(BIKE), SECOND: alone, TOGETHER: together}


@pytest.mark.asyncio
async def test_a_short_message_that_is_unsure_alone_is_read_with_the_last_one() -> None:
    chat = Chat(**script(answering(FARE)))
    await chat.says(FIRST)
    await chat.says(SECOND)
    assert [turn.target for turn in chat.journal.turns] == [BIKE, FARE]
    assert [turn.text for turn in chat.journal.turns] == [FIRST, SECOND]


@pytest.mark.asyncio
@pytest.mark.parametrize("alone", [answering(HELMET), routing(WORKSHOP), declining(WEATHER)])
async def test_what_is_sure_alone_is_read_alone(alone: Decision) -> None:
    chat = Chat(**script(answering(FARE), alone))
    await chat.says(FIRST)
    await chat.says(SECOND)
    assert chat.journal.turns[1].target == alone.target


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "together",
    [
        unanswering(FARE),  # no surer
        answering(BIKE),  # what the last message got: the new words said nothing
        answering(WORKSHOP),  # nothing that the new words may mean
        replace(answering(FARE), also=answering(HELMET)),  # two questions
        declining(WEATHER),
    ],
)
async def test_a_reading_together_that_is_not_surer_changes_nothing(together: Decision) -> None:
    chat = Chat(**script(together))
    await chat.says(FIRST)
    await chat.says(SECOND)
    assert chat.actions == ["answer", "clarify"]


@pytest.mark.asyncio
@pytest.mark.parametrize("alone", [asking(HELMET, WORKSHOP), unanswering(shown=(WORKSHOP,))])
async def test_what_the_last_message_makes_likely_joins_the_suggestions(alone: Decision) -> None:
    chat = Chat(**script(asking(BIKE, FARE), alone))
    await chat.says(FIRST)
    await chat.says(SECOND)
    shown = chat.journal.turns[1].shown
    assert shown.kind == "suggestions"
    assert FARE.id in shown.entries  # and not the bike, which was shown before
    assert BIKE.id not in shown.entries
    assert WORKSHOP.id in shown.desks  # what it was alone is still offered


@pytest.mark.asyncio
async def test_a_long_message_says_itself_what_it_is_about() -> None:
    long = "et combien est-ce que cela coûte pour une personne seule ?"
    chat = Chat(**{FIRST: answering(BIKE), f"{FIRST}\n{long}": answering(FARE)})
    await chat.says(FIRST)
    await chat.says(long)
    assert chat.actions == ["answer", "clarify"]


@pytest.mark.asyncio
async def test_what_a_term_means_is_no_follow_up() -> None:
    defined = replace(asking(FARE), term="VAE")
    chat = Chat(**script(answering(FARE), defined))
    await chat.says(FIRST)
    await chat.says(SECOND)
    assert chat.actions == ["answer", "clarify"]


@pytest.mark.asyncio
async def test_nobody_goes_on_from_what_another_one_said_in_a_group() -> None:
    chat = Chat(group=True, **script(answering(FARE)))
    await chat.says(FIRST)
    await chat.says(SECOND)
    assert chat.actions[1] == "clarify"


@pytest.mark.asyncio
async def test_pieces_are_answered_as_one_under_the_last_and_each_keeps_its_turn() -> None:
    pieces = ("je voudrais", "pour mon velo", "le tarif")
    chat = Chat(**{"\n".join(pieces): answering(FARE)})
    outcomes = [await chat.says(piece, *pieces) for piece in pieces]
    assert [outcome.reply.is_empty for outcome in outcomes] == [True, True, False]
    assert [turn.text for turn in chat.journal.turns] == list(pieces)
    assert [turn.shown.kind for turn in chat.journal.turns] == ["notice", "notice", "answer"]


@pytest.mark.asyncio
async def test_messages_of_which_one_is_sure_are_no_pieces() -> None:
    pieces = ("je voudrais", "le prix du vélo")
    chat = Chat(**{pieces[1]: answering(FARE), "\n".join(pieces): answering(BIKE)})
    outcomes = [await chat.says(piece, *pieces) for piece in pieces]
    assert not any(outcome.reply.is_empty for outcome in outcomes)
    assert chat.actions == ["clarify", "answer"]


@pytest.mark.asyncio
async def test_pieces_that_are_unsure_as_one_are_replied_to_one_by_one() -> None:
    chat = Chat()
    outcomes = [await chat.says(piece, "vélo", "prix") for piece in ("vélo", "prix")]
    assert not any(outcome.reply.is_empty for outcome in outcomes)


@pytest.mark.asyncio
async def test_a_wish_for_a_person_is_no_piece() -> None:
    pieces = ("je voudrais", "parler à quelqu'un")
    chat = Chat(**{"\n".join(pieces): answering(FARE)})
    outcomes = [await chat.says(piece, *pieces) for piece in pieces]
    assert not any(outcome.reply.is_empty for outcome in outcomes)
