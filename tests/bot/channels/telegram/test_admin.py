"""What is answered without the conversation: administrators' orders, and searches from any chat."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from telegram import InputTextMessageContent

from bot.channels.telegram.inline import DESCRIPTION, results_for
from bot.conversation import replies
from bot.conversation.conversation import Conversation
from bot.conversation.messages import Reply
from bot.conversation.replies import notices
from bot.store.database.sqlite import SqliteFile
from classifier.decision import Candidate
from kb.entries import Term
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.bot_api_media import ANONYMOUS, media
from tests.fakes.bot_api_rules import chat_json
from tests.fakes.brain import PlainBrain
from tests.fakes.sick_database import SickDatabase
from tests.fakes.small_base import (
    BIKE,
    FARE,
    HELMET,
    OFFICE,
    WEATHER,
    ScriptedDecider,
    answering,
    declining,
    small_base,
    unanswering,
)
from tests.fakes.telegram_service import Scripted, serving, soon

if TYPE_CHECKING:
    from pathlib import Path

CLAIRE, BOSS, GROUP = 7, 990_099, -100
ORDER = "/recharger"


class Reload:
    """Counts the reloads; each lasts until the gate is open."""

    def __init__(self, outcome: Reply) -> None:
        self.outcome = outcome
        self.count = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> Reply:
        self.count += 1
        await self.gate.wait()
        return self.outcome


def said(api: FakeBotApi, chat: int) -> list[str]:
    return [sent.text for sent in api.chats.of(chat)]


@pytest.mark.asyncio
@pytest.mark.parametrize("outcome", [notices.reload_success(4), notices.reload_failure()])
async def test_an_administrator_orders_a_reload_and_hears_how_it_went(outcome: Reply) -> None:
    reload = Reload(outcome)
    reload.gate.clear()
    conversation = Scripted()
    async with (
        FakeBotApi() as api,
        serving(api, conversation, reload=reload, admin_ids=(BOSS,)),
    ):
        api.user_says(BOSS, f"{ORDER} tout de suite")
        await api.sent(1)
        api.user_says(CLAIRE, "et moi ?")
        await api.sent(2)
        assert said(api, BOSS) == [notices.reload_start().text], "everybody is answered meanwhile"
        reload.gate.set()
        await api.sent(3)
    assert said(api, BOSS) == [notices.reload_start().text, outcome.text]
    assert said(api, CLAIRE) == ["Reçu : et moi ?"]
    assert reload.count == 1
    assert [heard.text for heard in conversation.heard] == ["et moi ?"]


@pytest.mark.asyncio
async def test_who_ordered_hears_how_it_went_once_the_database_is_well_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reload, database = (
        Reload(notices.reload_success(4)),
        SickDatabase(SqliteFile(tmp_path / "a.db")),
    )
    reload.gate.clear()
    async with (
        FakeBotApi() as api,
        serving(api, Scripted(), database, reload=reload, admin_ids=(BOSS,)),
    ):
        api.user_says(BOSS, ORDER)
        await api.sent(1)
        with database.refusing():
            reload.gate.set()
            await soon(lambda: "answer to an order has to wait" in caplog.text)
        await api.sent(2)
    assert said(api, BOSS) == [notices.reload_start().text, notices.reload_success(4).text]


@pytest.mark.asyncio
async def test_an_order_that_is_under_way_at_the_end_can_clear_up() -> None:
    cleared: list[str] = []

    async def reload() -> Reply:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.3)
            cleared.append("up")
        return Reply()

    async with FakeBotApi() as api, serving(api, Scripted(), reload=reload, admin_ids=(BOSS,)):
        api.user_says(BOSS, ORDER)
        await api.sent(1)
    assert cleared == ["up"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("chat", "more"),
    [
        (CLAIRE, {}),
        (GROUP, {"from": {"id": BOSS, "is_bot": False, "first_name": "A"}}),
        (GROUP, {"from": ANONYMOUS, "sender_chat": chat_json(GROUP)}),
        (BOSS, media("forward") | {"text": ORDER}),
        (BOSS, {"sender_chat": chat_json(GROUP)}),
    ],
    ids=["stranger", "group", "anonymous", "forwarded", "in the name of a group"],
)
async def test_an_order_from_anybody_else_is_refused_and_the_refusal_is_logged(
    chat: int, more: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    reload = Reload(notices.reload_success(4))
    async with (
        FakeBotApi() as api,
        serving(api, Scripted(), reload=reload, admin_ids=(BOSS,)),
    ):
        api.user_says(chat, **{"text": f"{ORDER}@AiguilleurBot", **more})
        await api.sent(1)
    assert said(api, chat) == [replies.unknown_command().text]
    assert reload.count == 0
    assert "An order was refused" in caplog.text
    assert str(BOSS) not in caplog.text


@pytest.mark.asyncio
async def test_without_administrators_nobody_is_one() -> None:
    reload = Reload(notices.reload_success(4))
    async with FakeBotApi() as api, serving(api, Scripted(), reload=reload):
        api.user_says(CLAIRE, ORDER)
        api.user_says(CLAIRE, "/rechargera")
        await api.sent(2)
    assert said(api, CLAIRE) == [replies.unknown_command().text, "Reçu : /rechargera"]
    assert reload.count == 0


# From any chat


def searchable(*targets: Any) -> Conversation:  # noqa: ANN401 - targets
    return Conversation(PlainBrain(small_base(), ScriptedDecider(answering(*targets))))


def rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.execute(query))


@pytest.mark.asyncio
async def test_a_search_shows_the_entries_that_fit_and_keeps_nothing(tmp_path: Path) -> None:
    file = tmp_path / "aiguilleur.db"
    conversation = searchable(BIKE, OFFICE, FARE, WEATHER, HELMET)
    async with FakeBotApi() as api, serving(api, conversation, file):
        query = api.user_searches(CLAIRE, "mon vélo est cassé")
        await api.until(lambda: query in api.menus.inline)
    found = api.menus.inline[query]
    titles = [conversation.base.entries[t.id].title for t in (BIKE, FARE)]
    shown = [replies.french(title) for title in titles]
    assert [result["title"] for result in found] == shown, (
        "entries alone, best first, and likely ones"
    )
    first = found[0]["input_message_content"]
    assert "Rendez-le." in first["message_text"]
    assert first["parse_mode"] == "HTML"
    assert conversation.base.about.source_label in first["message_text"]
    assert api.messages == []
    assert rows(file, "SELECT * FROM turns") == []
    assert rows(file, "SELECT payload FROM inbox WHERE state = 'done'") == [("",)]


@pytest.mark.asyncio
async def test_a_result_is_described_by_the_start_of_its_answer_in_french_typography() -> None:
    base = small_base()
    entry = replace(base.entries["tarif"], answer="C'est selon : l'abonnement compte. " * 5)
    brain = PlainBrain(replace(base, entries={"tarif": entry}), ScriptedDecider(answering(FARE)))
    (found,) = await results_for("combien", brain)
    assert found.description is not None
    assert found.description.startswith("C’est selon\u00a0: l’abonnement compte.")
    assert found.description.endswith("…")
    assert len(found.description) <= DESCRIPTION


@pytest.mark.asyncio
async def test_a_term_is_defined_and_what_is_far_from_likely_fills_no_list() -> None:
    base = small_base()
    likely = replace(answering(BIKE), candidates=(Candidate(BIKE, 0.6), Candidate(FARE, 0.05)))
    term = Term("VAE", "vélo à assistance électrique", (), "Il aide à pédaler.")
    brain = PlainBrain(replace(base, lexicon=(term,)), ScriptedDecider(likely))
    found = await results_for("vae", brain)
    title = replies.french(base.entries[BIKE.id].title)
    assert [one.title for one in found] == ["VAE\u00a0: vélo à assistance électrique", title]
    assert isinstance(found[0].input_message_content, InputTextMessageContent)
    assert "Il aide à pédaler." in found[0].input_message_content.message_text


@pytest.mark.asyncio
async def test_what_is_like_nothing_we_know_finds_nothing() -> None:
    unlikely = replace(declining(), candidates=(Candidate(BIKE, 0.004), Candidate(FARE, 0.001)))
    assert await results_for("zzzzqqq", PlainBrain(small_base(), ScriptedDecider(unlikely))) == []
    unanswered = PlainBrain(small_base(), ScriptedDecider(unanswering(FARE)))
    assert await results_for("combien", unanswered) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["", "  ", "vé", " vé  "])
async def test_too_few_letters_find_nothing(text: str) -> None:
    async with FakeBotApi() as api, serving(api, searchable(BIKE)):
        query = api.user_searches(CLAIRE, text)
        await api.until(lambda: query in api.menus.inline)
    assert api.menus.inline[query] == []


@pytest.mark.asyncio
async def test_a_search_that_cannot_be_answered_any_more_holds_up_nobody() -> None:
    async with FakeBotApi() as api, serving(api, searchable(BIKE)):
        await api.called("getUpdates")
        api.fail("answerInlineQuery", Fault.broken())
        api.user_searches(CLAIRE, "mon vélo")
        api.query_expires(api.user_searches(CLAIRE, "mon vélo est"))
        last = api.user_searches(CLAIRE, "mon vélo est cassé")
        await api.until(lambda: last in api.menus.inline)
    assert list(api.menus.inline) == [last]
