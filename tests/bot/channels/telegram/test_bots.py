"""Two bots on one database, or one after the other: each answers its own people, and only those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.conversation.conversation import Conversation
from bot.store.tables import feedback, turns
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.brain import PlainBrain
from tests.fakes.open_store import rows
from tests.fakes.small_base import BIKE, FARE, ScriptedDecider, answering, asking, small_base
from tests.fakes.telegram_service import Scripted, serving, soon

if TYPE_CHECKING:
    from bot.store.database.database import Database

CLAIRE = 7
OTHER = "4343:another-fake-made-up-for-tests"


def conversation() -> Conversation:
    decider = ScriptedDecider(answering(BIKE, FARE), **{"quoi ?": asking(BIKE, FARE)})
    return Conversation(PlainBrain(small_base(), decider))


def said(api: FakeBotApi) -> list[str]:
    return [sent.text for sent in api.chats.of(CLAIRE)]


@pytest.mark.asyncio
async def test_who_talks_to_two_bots_and_blocks_one_is_answered_by_the_other(
    shared: Database,
) -> None:
    async with (
        FakeBotApi() as left,
        FakeBotApi(OTHER) as right,
        serving(left, Scripted(), shared) as leaving,
        serving(right, Scripted(), shared) as staying,
    ):
        left.user_says(CLAIRE, "gauche")
        right.user_says(CLAIRE, "droite")
        await left.sent(1)
        await right.sent(1)
        left.blocked.add(CLAIRE)
        left.user_says(CLAIRE, "gauche, encore")
        await soon(lambda: leaving.figures.outcomes == ["sent", "drop"])
        left.bot_leaves(CLAIRE)
        right.user_says(CLAIRE, "droite, encore")
        await right.sent(2)
        left.bot_joins(CLAIRE)
        left.user_says(CLAIRE, "de retour")
        await left.sent(2)
    assert said(left) == ["Reçu : gauche", "Reçu : de retour"]
    assert said(right) == ["Reçu : droite", "Reçu : droite, encore"]
    assert staying.figures.outcomes == ["sent"] * 2


@pytest.mark.asyncio
async def test_numbers_that_two_bots_have_in_common_are_never_taken_for_each_other(
    shared: Database,
) -> None:
    async with (
        FakeBotApi() as left,
        FakeBotApi(OTHER) as right,
        serving(left, conversation(), shared),
        serving(right, conversation(), shared),
    ):
        asked = []
        for api, text in ((left, "quoi ?"), (right, "vélo")):
            asked.append(api.user_says(CLAIRE, text))
            await api.sent(1)
        assert left.asked[0].update_id == right.asked[0].update_id
        assert asked[0]["message_id"] == asked[1]["message_id"]
        assert left.messages[0].message_id == right.messages[0].message_id
        before = said(left)
        right.user_edits(asked[1], "vélo ?")
        left.user_presses(CLAIRE)
        await left.sent(2)
        await right.until(lambda: not right.pending())
        right.user_presses(CLAIRE)
        await right.sent(2)
        await left.until(lambda: len(left.answered) == 1)
    assert said(left)[0] == before[0]
    assert sorted(await rows(shared, select(turns.c.source, turns.c.text))) == [
        ("telegram:4242", "quoi ?"),
        ("telegram:4343", "vélo"),
        ("telegram:4343", "vélo ?"),
    ]
    joined = select(turns.c.source).select_from(feedback.join(turns)).order_by(turns.c.id)
    assert await rows(shared, joined) == [("telegram:4242",), ("telegram:4343",)]


@pytest.mark.asyncio
async def test_what_a_bot_still_had_to_say_waits_for_its_own_token(any_database: Database) -> None:
    async with FakeBotApi() as api, FakeBotApi(OTHER) as other:
        async with serving(api, Scripted(), any_database) as running:
            api.fail("sendMessage", Fault.flood(2))
            api.user_says(CLAIRE, "un")
            await soon(lambda: running.figures.outcomes == ["park"])
        async with serving(other, Scripted(), any_database) as changed:
            other.user_says(CLAIRE, "deux")
            await other.sent(1)
        assert changed.figures.outcomes == ["sent"], "it need not wait for the other's patience"
        async with serving(api, Scripted(), any_database):
            await api.sent(1)
        assert api.impatient == []
    assert said(other) == ["Reçu : deux"]
    assert said(api) == ["Reçu : un"]
