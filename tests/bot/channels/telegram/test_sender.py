"""Sending under trouble: once each, in order, and nobody is left mute."""

from __future__ import annotations

import pytest

from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.telegram_service import Scripted, serving

CLAIRE, PAUL = 7, 8


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.sending.refusals.FIRST_PAUSE", 0.02)
    for module in ("updates.polling", "service", "updates.webhook_registration"):
        monkeypatch.setattr(f"bot.channels.telegram.{module}.FIRST_WAIT", 0.02)


@pytest.mark.asyncio
async def test_refusals_in_many_chats_at_once_neither_double_nor_disorder_anything() -> None:
    chats = range(100, 140)
    refused = Fault.broken()
    async with FakeBotApi() as api, serving(api, Scripted()):
        api.fail("sendMessage", *[refused, None, None] * 30)
        for chat in chats:
            for number in range(4):
                api.user_says(chat, str(number))
        await api.sent(4 * len(chats))
    wanted = [f"Reçu : {number}" for number in range(4)]
    assert {
        chat: [m.text for m in api.messages if m.chat == chat] for chat in chats
    } == dict.fromkeys(chats, wanted)


@pytest.mark.asyncio
async def test_an_odd_answer_to_a_message_that_was_taken_leaves_the_chat_open() -> None:
    odd = Fault(200, body=b'{"ok": true, "result": {"message_id": 5}}')
    async with FakeBotApi() as api, serving(api, Scripted()):
        api.fail("sendMessage", odd)
        api.user_says(CLAIRE, "un")
        await api.called("sendMessage")
        api.user_says(CLAIRE, "deux")
        await api.sent(1)
    assert [m.text for m in api.messages] == ["Reçu : deux"], "the first was taken: not repeated"


@pytest.mark.asyncio
@pytest.mark.parametrize("result", [b"{}", b"[]", b"true", b"null", b'"oui"'])
async def test_an_odd_answer_to_any_question_of_ours_is_waited_out(result: bytes) -> None:
    odd = Fault(200, body=b'{"ok": true, "result": ' + result + b"}")
    async with FakeBotApi() as api:
        for method in ("getMe", "deleteWebhook", "getUpdates", "setMyCommands"):
            api.fail(method, odd)
        async with serving(api, Scripted()):
            api.user_says(CLAIRE, "un")
            await api.sent(1)
    assert [m.text for m in api.messages] == ["Reçu : un"]


@pytest.mark.asyncio
async def test_a_group_that_has_to_wait_is_told_so_once() -> None:
    group = -100
    async with FakeBotApi() as api, serving(api, Scripted()):
        for number in range(25):
            api.user_says(group, f"/aide {number}")
        await api.sent(19)
        api.user_says(PAUL, "et moi ?")
        await api.sent(20)
    said = [m.text for m in api.messages if m.chat == group]
    assert len(said) == 19
    assert [text for text in said if "Beaucoup de questions" in text] == [said[-1]]
