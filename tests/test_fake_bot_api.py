"""The Bot API server of the tests refuses what Telegram refuses, and does what Telegram does."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from tests.fakes.bot_api import FakeBotApi, Fault, FloodLimits
from tests.fakes.bot_api_media import KINDS
from tests.fakes.bot_api_webhook import SECRET_HEADER, WebhookSender
from tests.fakes.telegram_html import MarkupError, links_of, parse
from tests.fakes.tiny_client import TinyClient
from tests.fakes.tiny_http import Answer, TinyHttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

CLAIRE, PAUL, GROUP = 7, 8, -100


@pytest_asyncio.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(sender=WebhookSender(first_wait=0.01, longest_wait=0.02)) as server:
        server.chats.meet(CLAIRE)
        server.chats.meet(GROUP)
        yield server


@pytest_asyncio.fixture
async def bot(api: FakeBotApi) -> AsyncIterator[Bot]:
    async with Bot(api.token, base_url=api.base_url) as talking:
        yield talking


class Calls:
    """Calls without a library in between: the answer as it comes."""

    def __init__(self, api: FakeBotApi) -> None:
        self.api = api
        self.client = TinyClient()

    async def __call__(self, method: str, **form: object) -> dict[str, Any]:
        url = f"{self.api.base_url}{self.api.token}/{method}"
        received = await self.client.post(url, json.dumps(form).encode())
        return dict(json.loads(received.body))


@pytest_asyncio.fixture
async def call(api: FakeBotApi) -> AsyncIterator[Calls]:
    calls = Calls(api)
    yield calls
    calls.client.close()


class Hook(TinyHttp):
    """A webhook that answers by a script, then 200."""

    def __init__(self, *statuses: int) -> None:
        super().__init__(self._take)
        self.script = list(statuses)
        self.taken: list[int] = []
        self.gates: dict[int, asyncio.Event] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def _take(self, _: str, form: dict[str, str]) -> Answer | None:
        chat = json.loads(form["message"])["chat"]["id"]
        if chat in self.gates:
            await self.gates[chat].wait()
        if self.script and (status := self.script.pop(0)) != 200:
            return Answer(status) if status else None
        self.taken.append(int(form["update_id"]))
        return Answer(200)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not holds():  # noqa: ASYNC110 - the webhook has no event
            await asyncio.sleep(0.01)


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
@pytest.mark.parametrize("kind", KINDS)
async def test_media_are_what_the_library_can_read(api: FakeBotApi, bot: Bot, kind: str) -> None:
    api.user_sends(CLAIRE, kind, caption="légende")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.caption == "légende"
    assert update.message.effective_attachment or update.message.forward_origin


@pytest.mark.asyncio
async def test_edits_posts_and_anonymous_admins_are_what_the_library_can_read(
    api: FakeBotApi, bot: Bot
) -> None:
    api.user_edits(api.user_says(CLAIRE, "un"), "deux")
    api.channel_posts(-1005, "annonce")
    api.anonymous_admin_says(GROUP, "/aide")
    _, edited, post, admin = await bot.get_updates()
    assert edited.edited_message is not None
    assert edited.edited_message.text == "deux"
    assert post.channel_post is not None
    assert admin.message is not None
    assert admin.message.sender_chat is not None


@pytest.mark.asyncio
async def test_an_update_waits_until_a_later_offset_confirms_it(api: FakeBotApi, bot: Bot) -> None:
    for n in range(150):
        api.user_says(CLAIRE, str(n))
    first = await bot.get_updates()
    assert len(first) == 100
    assert [u.update_id for u in await bot.get_updates()] == [u.update_id for u in first]
    assert len(await bot.get_updates(offset=first[-1].update_id + 1)) == 50
    assert len(await bot.get_updates(offset=-1)) == 1
    assert len(await bot.get_updates(limit=5)) == 1
    assert api.pending() == 1


@pytest.mark.asyncio
async def test_ids_out_of_order_repeated_or_far_below_are_given_all_the_same(
    api: FakeBotApi, bot: Bot
) -> None:
    async def given(offset: int) -> list[int]:
        return [update.update_id for update in await bot.get_updates(offset=offset)]

    message = api.user_says(CLAIRE, "x")
    number = api.asked[0].update_id
    assert await given(0) == [number]
    api.push("message", message, number - 1)
    assert await given(number + 1) == [number - 1]
    api.updates.requeue({"update_id": number, "message": message})
    assert await given(number + 1) == [number]
    api.push("message", message, 5)
    assert await given(number + 100) == [number, 5]


@pytest.mark.asyncio
async def test_a_second_poll_ends_the_first(api: FakeBotApi, bot: Bot, call: Calls) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=10))
    await api.called("getUpdates")
    second = asyncio.create_task(call("getUpdates", timeout=10))
    with pytest.raises(Conflict):
        await first
    api.user_says(CLAIRE, "un")
    assert len((await second)["result"]) == 1


@pytest.mark.asyncio
async def test_only_the_kinds_that_were_asked_for_come(api: FakeBotApi, bot: Bot) -> None:
    api.push("message_reaction", {})
    assert api.pending() == 0
    await bot.get_updates(allowed_updates=["message"])
    api.user_searches(CLAIRE, "x")
    api.user_says(CLAIRE, "x")
    assert [bool(update.message) for update in await bot.get_updates()] == [True]


@pytest.mark.asyncio
async def test_flood_limits_refuse_what_is_too_much(api: FakeBotApi, bot: Bot) -> None:
    api.limits = FloodLimits(a_second=5, a_minute_in_a_group=2)
    for _ in range(2):
        await bot.send_message(GROUP, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(GROUP, "x")
    for _ in range(3):
        await bot.send_message(CLAIRE, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(CLAIRE, "x")
    assert api.limits.refused == 2
    assert api.impatient == []
    with pytest.raises(RetryAfter):
        await bot.send_message(CLAIRE, "x")
    assert api.impatient == ["sendMessage"]


@pytest.mark.asyncio
async def test_faults_strike_as_often_where_and_as_long_as_they_were_told(
    api: FakeBotApi, call: Calls
) -> None:
    async def codes(method: str, count: int, **form: object) -> list[int]:
        answers = [await call(method, **form) for _ in range(count)]
        return [answer.get("error_code", 200) for answer in answers]

    twice = api.trouble(Fault.broken(), "getMe", count=2)
    assert await codes("getMe", 3) == [500, 500, 200]
    assert twice.hits == 2
    api.trouble(Fault.flood(3), chat=CLAIRE, until=time.monotonic() + 0.2)
    assert await codes("sendMessage", 1, chat_id=CLAIRE, text="x") == [429]
    assert await codes("sendMessage", 1, chat_id=GROUP, text="x") == [200]
    await asyncio.sleep(0.2)
    assert await codes("sendMessage", 1, chat_id=CLAIRE, text="x") == [200]
    some = api.trouble(Fault.unauthorized(), "getChat", share=0.5)
    found = await codes("getChat", 60, chat_id=CLAIRE)
    assert {200, 401} == set(found)
    some.stop()
    assert await codes("getChat", 5, chat_id=CLAIRE) == [200] * 5


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("fault", "taken"),
    [
        (Fault.page(), 0),
        (Fault.garbage(), 0),
        (Fault.empty(), 0),
        (Fault.drop(), 0),
        (Fault.reset(), 0),
        (Fault.drop(taken=True), 1),
        (Fault.reset(taken=True), 1),
    ],
)
async def test_a_sick_answer_is_an_error_to_the_library(
    api: FakeBotApi, bot: Bot, fault: Fault, taken: int
) -> None:
    api.fail("sendMessage", fault)
    with pytest.raises(TelegramError):
        await bot.send_message(CLAIRE, "x")
    assert len(api.messages) == taken


@pytest.mark.asyncio
async def test_a_slow_or_chunked_answer_is_a_good_one(api: FakeBotApi, bot: Bot) -> None:
    api.fail("sendMessage", Fault.slow(0.05), Fault.in_pieces())
    assert (await bot.send_message(CLAIRE, "x" * 2000)).text == "x" * 2000
    assert (await bot.send_message(CLAIRE, "y" * 2000)).text == "y" * 2000


@pytest.mark.asyncio
async def test_away_nobody_is_at_home_and_then_somebody_is(api: FakeBotApi, bot: Bot) -> None:
    async with api.away():
        with pytest.raises(NetworkError):
            await bot.send_message(CLAIRE, "x")
    assert await bot.send_message(CLAIRE, "x")


@pytest.mark.asyncio
async def test_a_webhook_gets_everything_in_order_with_the_secret(
    api: FakeBotApi, bot: Bot
) -> None:
    api.user_says(CLAIRE, "déjà là")
    async with Hook() as hook:
        await bot.set_webhook(hook.url, secret_token="un-secret")
        for n in range(20):
            api.user_says(CLAIRE, str(n))
        await until(lambda: not api.pending())
        assert hook.taken == [asked.update_id for asked in api.asked]
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
        assert api.updates.sender.deliveries == 21
        await bot.delete_webhook()
    assert await bot.get_updates() == ()


@pytest.mark.asyncio
async def test_a_webhook_that_says_no_or_nothing_is_tried_again_and_others_do_not_wait(
    api: FakeBotApi, bot: Bot
) -> None:
    async with Hook(503, 0, 500) as hook:
        await bot.set_webhook(hook.url)
        for n in range(3):
            api.user_says(CLAIRE, str(n))
        await until(lambda: len(hook.taken) == 3)
        assert hook.taken == [asked.update_id for asked in api.asked]
        info = await bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 500"
        assert info.pending_update_count == 0
        hook.gates[CLAIRE] = asyncio.Event()
        api.user_says(CLAIRE, "lent")
        api.user_says(PAUL, "vif")
        await until(lambda: len(hook.taken) == 4)
        assert hook.taken[3] == api.asked[-1].update_id
        assert (await bot.get_webhook_info()).pending_update_count == 1
        hook.gates.pop(CLAIRE).set()


@pytest.mark.asyncio
async def test_a_webhook_is_where_telegram_can_go(call: Calls) -> None:
    for form, reason in (
        ({"url": "http://exemple.fr/"}, "HTTPS"),
        ({"url": "pas une adresse"}, "HTTPS"),
        ({"url": "https://exemple.fr/", "secret_token": "é"}, "unallowed characters"),
        ({"url": "https://exemple.fr/", "max_connections": 101}, "max_connections"),
    ):
        assert reason in (await call("setWebhook", **form))["description"]
    assert SECRET_HEADER.startswith("X-Telegram")


@pytest.mark.asyncio
async def test_the_wrong_token_and_an_unknown_method_are_told_apart(
    api: FakeBotApi, call: Calls
) -> None:
    assert (await call("sendTelegraph"))["error_code"] == 404
    api.token = "another"
    url = f"http://127.0.0.1:{api.port}/bot4242:wrong/getMe"
    received = await call.client.post(url, b"{}")
    assert received.status == 401


@pytest.mark.asyncio
async def test_every_update_that_people_cause_is_one_that_the_library_reads(
    api: FakeBotApi, bot: Bot
) -> None:
    api.user_says(GROUP, "x", message_thread_id=3, is_topic_message=True)
    api.user_searches(CLAIRE, "x")
    api.bot_joins(CLAIRE)
    assert all(isinstance(update, Update) for update in await bot.get_updates())
    assert (await bot.send_message(GROUP, "x", message_thread_id=3)).message_thread_id == 3
    assert await bot.send_chat_action(GROUP, "typing", message_thread_id=3)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_chat_action(GROUP, "typing", message_thread_id=4)
