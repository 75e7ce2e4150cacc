"""Sending under trouble: once each, in order, and nobody is left mute."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.channels.telegram.api.client import build_bot
from bot.store.tables import outbox
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.open_store import rows
from tests.fakes.telegram_service import Scripted, serving, soon

if TYPE_CHECKING:
    from pathlib import Path

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


SILENCE = Fault(cut=True, delay=30.0)
"""The line takes the call and never answers; Telegram has not heard of it."""


@pytest.mark.asyncio
async def test_a_message_without_an_answer_is_sent_once_more(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.channels.telegram.api.client.READ_SECONDS", 0.2)
    async with FakeBotApi() as api, serving(api, Scripted()) as running:
        api.fail("sendMessage", SILENCE)
        api.user_says(CLAIRE, "un")
        api.user_says(CLAIRE, "deux")
        await api.sent(2)
        await soon(lambda: len(running.figures.outcomes) == 3)
        outcomes = list(running.figures.outcomes)
    assert [m.text for m in api.messages] == ["Reçu : un", "Reçu : deux"]
    assert outcomes == ["doubt", "sent", "sent"]
    assert "A message met with TimedOut" in caplog.text


@pytest.mark.asyncio
async def test_two_silences_hold_up_nobody_and_are_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.channels.telegram.api.client.READ_SECONDS", 0.2)
    async with FakeBotApi() as api, serving(api, Scripted(), tmp_path / "db") as running:
        api.fail("sendMessage", SILENCE, SILENCE)
        api.user_says(CLAIRE, "un")
        api.user_says(CLAIRE, "deux")
        await api.sent(1)
        outcomes = list(running.figures.outcomes)
    kept = select(outbox.c.state, outbox.c.reason).order_by(outbox.c.id)
    assert [m.text for m in api.messages] == ["Reçu : deux"]
    assert outcomes[:2] == ["doubt", "uncertain"]
    assert await rows(tmp_path / "db", kept) == [("sent", "uncertain"), ("sent", "")]


@pytest.mark.asyncio
@pytest.mark.parametrize(("keep_alive", "opened"), [(True, 1), (False, 3)])
async def test_what_is_in_doubt_is_not_sent_on_a_connection_that_was_open_before(
    *, keep_alive: bool, opened: int
) -> None:
    connections: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        body = b'{"ok": true, "result": true}'
        with contextlib.suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        bot = build_bot("1:made-up", f"http://127.0.0.1:{port}/bot", keep_alive=keep_alive)
        for _ in range(3):
            await bot.log_out()
        await bot.request.shutdown()
        for each in connections:
            each.close()
            await each.wait_closed()
    assert len(connections) == opened


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
