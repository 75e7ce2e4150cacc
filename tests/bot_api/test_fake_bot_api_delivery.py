"""The Bot API server of the tests delivers as Telegram does, and fails as it was told."""

from __future__ import annotations

import asyncio
import time

import pytest
from telegram import Bot, Update
from telegram.error import (
    BadRequest,
    Conflict,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from tests.fakes.bot_api import FakeBotApi, Fault, FloodLimits
from tests.fakes.bot_api_calls import Calls, Hook, until
from tests.fakes.bot_api_media import KINDS
from tests.fakes.bot_api_webhook import SECRET_HEADER

CLAIRE, PAUL, GROUP = 7, 8, -100


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
