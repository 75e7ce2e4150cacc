"""The Bot API server of the tests refuses what Telegram refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
)

from tests.fakes.telegram_html import MarkupError, links_of, parse

if TYPE_CHECKING:
    from tests.fakes.bot_api import FakeBotApi
    from tests.fakes.bot_api_calls import Calls

CLAIRE, PAUL, GROUP = 7, 8, -100


def markup(**button: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Oui", **button}]]}


REFUSED_TEXTS = [
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "message text is empty"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ({"text": "é" * 4097}, "message is too long"),
    ({"text": "x" * 32769}, "text is too long"),
    ({"text": "é" * 16385}, "text is too long"),
    ({"text": "é<3", "parse_mode": "HTML"}, "Unclosed start tag at byte offset 2"),
    ({"text": "a < b", "parse_mode": "HTML"}, 'start tag "" at byte offset 2'),
    ({"text": "<p>x</p>", "parse_mode": "HTML"}, 'Unsupported start tag "p" at byte offset 0'),
    ({"text": "<b>x", "parse_mode": "HTML"}, 'end tag corresponding to start tag "b"'),
    ({"text": "x</b>", "parse_mode": "HTML"}, "Unexpected end tag at byte offset 1"),
    ({"text": "<b><i>x</b></i>", "parse_mode": "HTML"}, "Unmatched end tag at byte offset 7"),
    ({"text": "x", "parse_mode": "Textile"}, "unsupported parse_mode"),
    ({"text": "x", "message_thread_id": 5}, "message thread not found"),
    ({"text": "x", "chat_id": 99}, "chat not found"),
    ({"text": "x", "chat_id": "moi"}, "wrong parameter"),
    ({"text": "x", "reply_parameters": {"message_id": 1}}, "message to be replied not found"),
    ({"text": "x", "reply_markup": markup(callback_data="")}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": markup(callback_data="é" * 33)}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": markup(url="http://127.0.0.1/")}, "Wrong HTTP URL"),
    ({"text": "x", "reply_markup": markup(url="pas une adresse")}, "Wrong HTTP URL"),
    ({"text": "x", "reply_markup": markup()}, "text buttons are unallowed"),
    ({"text": "x", "reply_markup": markup(text=" ", url="a.fr")}, "must be non-empty"),
]


@pytest.mark.asyncio
@pytest.mark.parametrize(("form", "reason"), REFUSED_TEXTS)
async def test_a_message_that_telegram_refuses_is_refused(
    api: FakeBotApi, call: Calls, form: dict[str, Any], reason: str
) -> None:
    answer = await call("sendMessage", **{"chat_id": CLAIRE, **form})
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert reason in answer["description"]
    assert api.messages == []


@pytest.mark.asyncio
async def test_length_is_counted_in_code_points_after_the_entities_are_parsed(call: Calls) -> None:
    text = "<b>" + "😀" * 4095 + "</b>&lt;"
    assert (await call("sendMessage", chat_id=CLAIRE, text=text, parse_mode="HTML"))["ok"]
    assert not (await call("sendMessage", chat_id=CLAIRE, text=text + "x", parse_mode="HTML"))["ok"]


def test_only_four_named_entities_and_the_numeric_ones_are_decoded() -> None:
    assert parse("&lt;&gt;&amp;&quot;&#233;&#xe9;") == '<>&"éé'
    assert parse("&eacute; &nbsp; &apos; &ltx & &#0; &lt") == "&eacute; &nbsp; &apos; &ltx & &#0; <"
    assert parse("&amp;lt;") == "&lt;"


def test_attributes_are_read_and_a_plain_span_is_refused() -> None:
    assert parse('<a href="https://a.fr/?x=1&amp;y=2">ici</a> <code class="x">y</code>') == "ici y"
    assert links_of('<a href="https://a.fr/?x=1&amp;y=2">ici</a>') == ["https://a.fr/?x=1&y=2"]
    assert parse('<span class="tg-spoiler">x</span>') == "x"
    for markup_ in ("<span>x</span>", '<a href="x', "<b", "</", "<b>x</b"):
        with pytest.raises(MarkupError):
            parse(markup_)


@pytest.mark.asyncio
async def test_the_library_sends_edits_and_deletes(api: FakeBotApi, bot: Bot) -> None:
    keys = InlineKeyboardMarkup(
        [[InlineKeyboardButton("Oui", callback_data="oui"), InlineKeyboardButton("Où", url="a.fr")]]
    )
    sent = await bot.send_message(CLAIRE, "<b>un</b>", parse_mode="HTML", reply_markup=keys)
    assert sent.text == "un"
    shown = api.messages[0]
    assert (shown.buttons, shown.links) == ([("Oui", "oui")], [("Où", "a.fr")])
    with pytest.raises(BadRequest, match="essage is not modified"):
        await bot.edit_message_text(
            "<b>un</b>", CLAIRE, sent.message_id, parse_mode="HTML", reply_markup=keys
        )
    await bot.edit_message_text("deux", CLAIRE, sent.message_id)
    assert (shown.text, shown.buttons, shown.edits) == ("deux", [], 1)
    with pytest.raises(BadRequest, match="essage is not modified"):
        await bot.edit_message_reply_markup(CLAIRE, sent.message_id)
    await bot.delete_message(CLAIRE, sent.message_id)
    for again in (bot.edit_message_text("x", CLAIRE, 1), bot.delete_message(CLAIRE, 1)):
        with pytest.raises(BadRequest, match="not found"):
            await again
    theirs = api.user_says(CLAIRE, "moi")["message_id"]
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", CLAIRE, theirs)


@pytest.mark.asyncio
async def test_a_press_is_answered_while_it_is_young(api: FakeBotApi, bot: Bot) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Oui", callback_data="oui")]])
    await bot.send_message(CLAIRE, "un", reply_markup=keys)
    press = api.user_presses(CLAIRE)
    with pytest.raises(BadRequest, match="essage_too_long"):
        await bot.answer_callback_query(press, "x" * 201)
    assert await bot.answer_callback_query(press, "x" * 200)
    api.query_expires(press)
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query(press)
    assert api.answered == [press]
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "oui"


@pytest.mark.asyncio
async def test_inline_results_are_checked(api: FakeBotApi, call: Calls) -> None:
    search = api.user_searches(CLAIRE, "prix")

    def result(name: str, text: str = "x", title: str = "t") -> dict[str, Any]:
        content = {"message_text": text, "parse_mode": "HTML"}
        return {"type": "article", "id": name, "title": title, "input_message_content": content}

    async def said(*results: dict[str, Any], query: str = search) -> str:
        answer = await call("answerInlineQuery", inline_query_id=query, results=results)
        return str(answer.get("description", "ok"))

    assert "RESULTS_TOO_MUCH" in await said(*(result(str(n)) for n in range(51)))
    assert "RESULT_ID_INVALID" in await said(result("é" * 33))
    assert "RESULT_ID_INVALID" in await said(result(""))
    assert "RESULT_ID_DUPLICATE" in await said(result("1"), result("1"))
    assert "message is too long" in await said(result("1", "x" * 4097))
    assert "can't parse entities" in await said(result("1", "<3"))
    assert "ARTICLE_TITLE_EMPTY" in await said(result("1", title=""))
    assert "too old" in await said(result("1"), query="another")
    assert await said(*(result(str(n)) for n in range(50))) == "ok"
    assert len(api.menus.inline[search]) == 50


@pytest.mark.asyncio
async def test_menus_and_descriptions_have_limits_by_scope_and_language(
    api: FakeBotApi, call: Calls
) -> None:
    async def said(**form: object) -> str:
        return str((await call("setMyCommands", **form)).get("description", "ok"))

    def menu(name: str = "aide", text: str = "x", count: int = 1) -> list[dict[str, str]]:
        return [{"command": name, "description": text}] * count

    assert "BOT_COMMANDS_TOO_MUCH" in await said(commands=menu(count=101))
    for name in ("Aide", "", "x" * 33, "où"):
        assert "BOT_COMMAND_INVALID" in await said(commands=menu(name))
    assert "DESCRIPTION_INVALID" in await said(commands=menu(text="x" * 257))
    assert "language code" in await said(commands=menu(), language_code="fr-FR")
    assert "scope" in await said(commands=menu(), scope={"type": "everywhere"})
    groups = {"type": "all_group_chats"}
    assert await said(commands=menu("prix"), scope=groups, language_code="fr") == "ok"
    assert await said(commands=menu()) == "ok"
    assert api.commands == {"": menu()}
    assert api.menus.scoped["all_group_chats", "fr"] == menu("prix")
    for method, name, limit in (
        ("setMyDescription", "description", 512),
        ("setMyShortDescription", "short_description", 120),
        ("setMyName", "name", 64),
    ):
        assert not (await call(method, **{name: "x" * (limit + 1)}))["ok"]
        assert (await call(method, **{name: "x" * limit}))["ok"]


@pytest.mark.asyncio
async def test_people_who_left_are_refused_with_telegrams_words(api: FakeBotApi, bot: Bot) -> None:
    api.chats.meet(PAUL)
    api.bot_leaves(CLAIRE)
    api.bot_leaves(GROUP)
    api.chats.deactivated.add(PAUL)
    for chat, reason in ((CLAIRE, "blocked"), (GROUP, "kicked"), (PAUL, "deactivated")):
        with pytest.raises(Forbidden, match=reason):
            await bot.send_message(chat, "x")
    changes = [u.my_chat_member for u in await bot.get_updates()]
    assert [c.new_chat_member.status for c in changes if c] == ["kicked", "kicked"]
    api.bot_joins(CLAIRE)
    assert await bot.send_message(CLAIRE, "x")


@pytest.mark.asyncio
async def test_a_group_that_moved_tells_where_to(api: FakeBotApi, bot: Bot) -> None:
    api.group_migrates(GROUP, -1009)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(GROUP, "x")
    assert caught.value.new_chat_id == -1009
    assert await bot.send_message(-1009, "x")
    old, new = (update.message for update in await bot.get_updates())
    assert old is not None
    assert new is not None
    assert (old.migrate_to_chat_id, new.migrate_from_chat_id) == (-1009, GROUP)


@pytest.mark.asyncio
async def test_the_wrong_token_and_an_unknown_method_are_told_apart(
    api: FakeBotApi, call: Calls
) -> None:
    assert (await call("sendTelegraph"))["error_code"] == 404
    api.token = "another"
    url = f"http://127.0.0.1:{api.port}/bot4242:wrong/getMe"
    received = await call.client.post(url, b"{}")
    assert received.status == 401
