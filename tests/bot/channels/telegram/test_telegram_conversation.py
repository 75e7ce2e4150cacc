"""The real conversation over the real channel: caps, edits, and buttons of long ago."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.conversation import replies
from bot.conversation.conversation import Conversation
from bot.conversation.messages import Button
from bot.conversation.replies import notices
from bot.store.tables import feedback, turns
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.bot_api_media import media
from tests.fakes.brain import PlainBrain
from tests.fakes.open_store import rows
from tests.fakes.small_base import BIKE, FARE, ScriptedDecider, answering, asking, small_base
from tests.fakes.telegram_service import Scripted, say, serving, soon

if TYPE_CHECKING:
    from bot.store.database.database import Database
    from tests.fakes.bot_api import Sent

CLAIRE, PAUL = 7, 8
LONG = say(*(f"Partie {number}. " + "mot " * 900 for number in range(3)))
CHOICES = say("Laquelle ?", buttons=(Button("La carte", "pick:1"), Button("Autre", "pick:2")))


def conversation() -> Conversation:
    decider = ScriptedDecider(answering(BIKE, FARE), **{"quoi ?": asking(BIKE, FARE)})
    return Conversation(PlainBrain(small_base(), decider))


def said(api: FakeBotApi, chat: int) -> list[str]:
    return [sent.text for sent in api.chats.of(chat)]


def press(api: FakeBotApi, chat: int, sent: Sent, data: str, query_id: str = "") -> str:
    """Press a button that the message has, had, or never had."""
    query_id = query_id or f"query-{api.next_id()}"
    api.queries.add(query_id)
    query: dict[str, Any] = {"id": query_id, "chat_instance": "1", "data": data}
    person = {"id": chat, "is_bot": False, "first_name": "Claire"}
    api.push("callback_query", {**query, "from": person, "message": sent.as_json()})
    return query_id


# A chat that asks too much


@pytest.mark.asyncio
async def test_above_its_cap_a_chat_is_told_once_and_costs_nothing_more(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api:
        async with serving(api, conversation(), any_database, chat_rate=2) as running:
            for number in range(5):
                api.user_says(CLAIRE, f"question {number}")
            await soon(lambda: running.figures.kinds.count("capped") == 3)
            api.user_says(PAUL, "et moi ?")
            await api.until(lambda: said(api, PAUL))
        assert [text == notices.too_many().text for text in said(api, CLAIRE)] == [
            False,
            False,
            True,
        ]
    found = await rows(any_database, select(turns.c.text).order_by(turns.c.id))
    assert sorted(text for (text,) in found) == [
        "et moi ?",
        "question 0",
        "question 1",
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize("waits", [False, True], ids=["sent", "waiting"])
async def test_an_edit_above_the_cap_takes_no_answer_away(waits: bool) -> None:
    async with FakeBotApi() as api, serving(api, Scripted(), chat_rate=1) as running:
        if waits:
            api.fail("sendMessage", Fault.flood(1))
        asked = api.user_says(CLAIRE, "un")
        await soon(lambda: running.figures.outcomes == ["park" if waits else "sent"])
        for text in ("deux", "trois"):
            api.user_edits(asked, text)
        await soon(lambda: running.figures.kinds.count("capped") == 2)
        await api.sent(2)
    assert said(api, CLAIRE) == ["Reçu : un", notices.too_many().text]


# Questions that change


@pytest.mark.asyncio
async def test_an_edit_replaces_an_answer_that_still_waits(any_database: Database) -> None:
    async with FakeBotApi() as api, serving(api, Scripted(), any_database) as running:
        api.fail("sendMessage", Fault.flood(1))
        asked = api.user_says(CLAIRE, "un")
        await soon(lambda: running.figures.outcomes == ["park"])
        api.user_edits(asked, "deux")
        api.user_edits(asked, "trois")
        await soon(lambda: running.figures.kinds.count("asked") == 3)
        await api.sent(1)
        api.user_says(CLAIRE, "fin")
        await api.sent(2)
    assert said(api, CLAIRE) == ["Reçu : trois", "Reçu : fin"]
    assert api.impatient == [], "the new answer waits as long as the old one had to"


@pytest.mark.asyncio
async def test_an_edit_while_its_answer_is_under_way_changes_that_answer(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api, serving(api, Scripted(), any_database) as running:
        gate = asyncio.Event()
        api.fail("sendMessage", Fault.held(gate))
        asked = api.user_says(CLAIRE, "un")
        await api.called("sendMessage")
        for text in ("deux", "trois"):
            api.user_edits(asked, text)
        api.user_says(CLAIRE, "fin")
        await soon(lambda: running.figures.kinds.count("asked") == 4)
        assert running.figures.outcomes == [], "all of this while nothing has arrived"
        gate.set()
        await api.until(lambda: said(api, CLAIRE) == ["Reçu : trois", "Reçu : fin"])
        api.user_edits(asked, "quatre")
        await api.until(lambda: said(api, CLAIRE) == ["Reçu : quatre", "Reçu : fin"])


@pytest.mark.asyncio
async def test_an_edit_that_telegram_took_without_saying_so_changes_nothing_the_second_time() -> (
    None
):
    async with FakeBotApi() as api, serving(api, Scripted()) as running:
        api.fail("sendMessage", Fault.slow(0.3))
        api.fail("editMessageText", Fault.drop(taken=True))
        asked = api.user_says(CLAIRE, "un")
        await api.called("sendMessage")
        api.user_edits(asked, "deux")
        await soon(lambda: running.figures.outcomes == ["sent", "again", "sent"])
    assert said(api, CLAIRE) == ["Reçu : deux"]


@pytest.mark.asyncio
async def test_an_edit_is_answered_anew_when_the_answer_under_way_is_refused() -> None:
    refused = replace(Fault.refused("message is refused"), delay=0.3)
    async with FakeBotApi() as api, serving(api, Scripted()) as running:
        api.fail("sendMessage", refused)
        asked = api.user_says(CLAIRE, "un")
        await api.called("sendMessage")
        api.user_edits(asked, "deux")
        await api.sent(1)
        await soon(lambda: running.figures.outcomes == ["drop", "sent"])
    assert said(api, CLAIRE) == ["Reçu : deux"]


@pytest.mark.asyncio
async def test_an_edit_is_answered_anew_when_the_answer_under_way_has_several_parts() -> None:
    async with FakeBotApi() as api, serving(api, Scripted({"long": LONG})):
        api.fail("sendMessage", Fault.slow(0.3))
        asked = api.user_says(CLAIRE, "long")
        await api.called("sendMessage")
        api.user_edits(asked, "court")
        await api.until(lambda: "Reçu : court" in said(api, CLAIRE))
    assert len(said(api, CLAIRE)) > 2
    assert said(api, CLAIRE)[-1] == "Reçu : court"


@pytest.mark.asyncio
async def test_an_edit_of_an_answer_that_was_taken_away_is_a_new_message() -> None:
    async with FakeBotApi() as api, serving(api, Scripted()) as running:
        asked = api.user_says(CLAIRE, "un")
        await api.sent(1)
        api.fail("editMessageText", Fault.refused("message to edit not found"))
        api.user_edits(asked, "deux")
        await soon(lambda: running.figures.outcomes == ["sent", "again", "sent"])
    assert said(api, CLAIRE) == ["Reçu : un", "Reçu : deux"]


@pytest.mark.asyncio
async def test_an_edit_after_a_restart_still_finds_its_answer(any_database: Database) -> None:
    async with FakeBotApi() as api:
        async with serving(api, Scripted(), any_database):
            asked = api.user_says(CLAIRE, "un")
            await api.sent(1)
        async with serving(api, Scripted(), any_database):
            api.user_edits(asked, "deux")
            await api.until(lambda: said(api, CLAIRE) == ["Reçu : deux"])


@pytest.mark.asyncio
async def test_a_question_that_is_corrected_twice_keeps_its_one_answer() -> None:
    async with FakeBotApi() as api, serving(api, Scripted()) as running:
        asked = api.user_says(CLAIRE, "un")
        await api.sent(1)
        for text in ("deux", "trois", "quatre"):
            api.user_edits(asked, text)
            await soon(lambda text=text: f"Reçu : {text}" in said(api, CLAIRE))
        await soon(lambda: running.figures.outcomes == ["sent"] * 4)
    assert said(api, CLAIRE) == ["Reçu : quatre"]


# Buttons


@pytest.mark.asyncio
async def test_a_press_counts_once_across_restarts(any_database: Database) -> None:
    slow = Scripted({"carte": CHOICES})
    async with FakeBotApi() as api:
        async with serving(api, slow, any_database):
            api.user_says(CLAIRE, "carte")
            await api.sent(1)
            shown = api.messages[0]
            first = press(api, CLAIRE, shown, "pick:1")
            await api.sent(2)
            await api.until(lambda: not api.pending())
        async with serving(api, Scripted({"carte": CHOICES}), any_database):
            press(api, CLAIRE, shown, "pick:1", first)
            late = press(api, CLAIRE, shown, "pick:2")
            await api.until(lambda: late in api.answered)
            api.user_says(CLAIRE, "fin")
            await api.sent(3)
    assert said(api, CLAIRE) == ["Laquelle ?", "Reçu : pick:1", "Reçu : fin"]


@pytest.mark.asyncio
async def test_a_press_that_was_not_answered_in_time_is_answered_by_the_next_process(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.worker_pool.DRAIN_SECONDS", 0.02)
    monkeypatch.setattr("bot.channels.worker_pool.GRACE_SECONDS", 0.02)
    slow = Scripted({"carte": CHOICES})
    async with FakeBotApi() as api:
        async with serving(api, slow, any_database):
            api.user_says(CLAIRE, "carte")
            await api.sent(1)
            slow.gates[str(CLAIRE)] = asyncio.Event()
            api.user_presses(CLAIRE, 0)
            await soon(lambda: len(slow.heard) == 2)
        async with serving(api, Scripted(), any_database):
            await api.sent(2)
            await soon(lambda: api.messages[0].buttons == [])
    assert said(api, CLAIRE) == ["Laquelle ?", "Reçu : pick:1"]


@pytest.mark.asyncio
async def test_an_answer_a_button_and_what_follows_stand_in_the_journal(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api, serving(api, conversation(), any_database):
        api.user_says(CLAIRE, "quoi ?")
        await api.sent(1)
        assert "Combien coûte" in api.messages[0].buttons[1][0]
        api.user_presses(CLAIRE, 1)
        await api.sent(2)
        assert "Un euro." in said(api, CLAIRE)[1]
    found = await rows(any_database, select(feedback.c.kind, feedback.c.about))
    assert found == [("choice", "entry:tarif")]


@pytest.mark.asyncio
async def test_what_has_no_words_stands_in_the_journal_by_its_kind_an_album_once(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api, serving(api, conversation(), any_database):
        api.user_says(CLAIRE, **media("voice"))
        for _ in range(3):
            api.user_says(CLAIRE, media_group_id="album", **media("photo"))
        api.user_says(CLAIRE, "vélo")
        await api.until(lambda: len(said(api, CLAIRE)) == 3)
    assert said(api, CLAIRE).count(replies.text_only().text) == 2
    kept = select(turns.c.kind, turns.c.action, turns.c.confidence, turns.c.model, turns.c.text)
    found = await rows(any_database, kept.order_by(turns.c.id))
    assert [row[0] for row in found] == ["voice", "photo", "text"]
    assert {row[1:] for row in found[:2]} == {(None, None, None, "")}


@pytest.mark.asyncio
async def test_buttons_of_long_ago_of_others_and_of_nobody_lead_to_a_kind_word() -> None:
    async with FakeBotApi() as api, serving(api, conversation()):
        api.user_says(PAUL, "quoi ?")
        await api.sent(1)
        of_paul = api.messages[0].buttons[0][1]
        for count, data in enumerate(
            ["c:999:0", of_paul, "c:1:99", "c:1", "DROP TABLE turns", "\u202e"]
        ):
            api.user_says(CLAIRE, "quoi ?")
            await api.sent(2 + 2 * count)
            press(api, CLAIRE, api.chats.of(CLAIRE)[-1], data)
            await api.sent(3 + 2 * count)
    answers = said(api, CLAIRE)[1::2]
    assert answers == [replies.stale_button().text] * 6
    assert len(api.answered) == 6, "each clock was stopped"


# A question in pieces


@pytest.mark.asyncio
async def test_a_question_in_pieces_that_wait_together_gets_one_answer(
    any_database: Database,
) -> None:
    pieces = ("je voudrais louer", "pour deux heures")
    unsure, whole = asking(BIKE, FARE), answering(FARE)
    script = {**dict.fromkeys(pieces, unsure), "\n".join(pieces): whole}
    brain = PlainBrain(small_base(), ScriptedDecider(unsure, **script))
    async with FakeBotApi() as api:
        for piece in pieces:
            api.user_says(CLAIRE, piece)
        async with serving(api, Conversation(brain), any_database):
            await api.sent(1)
            await soon(lambda: api.pending() == 0)
        assert len(said(api, CLAIRE)) == 1
    kept = await rows(any_database, select(turns.c.text, turns.c.entry).order_by(turns.c.id))
    assert [text for text, _ in kept] == list(pieces)
    assert {entry for _, entry in kept} == {FARE.id}
