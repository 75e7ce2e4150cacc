"""Starting, stopping and waiting: Telegram away, the token refused, another instance."""

from __future__ import annotations

import asyncio
import logging
import traceback
from typing import TYPE_CHECKING

import pytest

from bot.ops.errors import TokenRefusedError, describe
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.bot_api_rules import chat_json, person_json
from tests.fakes.telegram_service import Scripted, serving, soon

if TYPE_CHECKING:
    from pathlib import Path

CLAIRE = 7
WRONG = "4242:wrong-and-very-secret"


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("updates.polling", "service", "updates.webhook_registration"):
        monkeypatch.setattr(f"bot.channels.telegram.{module}.FIRST_WAIT", 0.02)
    monkeypatch.setattr("bot.channels.telegram.updates.polling.FIRST_CONFLICT_WAIT", 0.02)


def _raised(text: str) -> ValueError:
    with pytest.raises(ValueError, match=text) as caught:
        raise ValueError(text)
    return caught.value


@pytest.mark.asyncio
async def test_a_refused_token_ends_the_start_without_being_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")  # the libraries speak from WARNING on
    async with FakeBotApi() as api:
        api.token = "4242:another"
        with pytest.raises(TokenRefusedError) as caught:
            async with serving(api, Scripted(), token=WRONG) as service:
                await service.ended()
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "very-secret" not in shown
    assert caught.value.__context__ is None
    assert "TELEGRAM_BOT_TOKEN" in str(caught.value)


@pytest.mark.asyncio
async def test_a_token_revoked_later_ends_the_service(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeBotApi() as api:
        with pytest.raises(TokenRefusedError):
            async with serving(api, Scripted()) as service:
                api.user_says(CLAIRE, "un")
                await api.sent(1)
                api.fail("getUpdates", Fault(401, "Unauthorized"))
                api.user_says(CLAIRE, "deux")
                await service.ended()
    assert api.token not in caplog.text


@pytest.mark.asyncio
async def test_telegram_away_at_the_start_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeBotApi() as api:
        api.fail("getMe", Fault.broken())
        api.fail("deleteWebhook", Fault.page())
        api.fail("getUpdates", Fault.drop(), Fault(200, body=b"not json"), Fault.flood(1))
        api.user_says(CLAIRE, "déjà là")
        async with serving(api, Scripted()):
            await api.sent(1)
    assert [sent.text for sent in api.messages] == ["Reçu : déjà là"]
    assert "cannot be reached" in caplog.text
    assert caplog.text.count("Polling fails") == 1
    assert "works again" in caplog.text


@pytest.mark.asyncio
async def test_a_stop_while_telegram_is_away_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    api = FakeBotApi()
    await api.start()
    await api.close()
    async with serving(api, Scripted()) as running:
        await soon(lambda: "cannot be reached" in caplog.text)
        running.stop.set()
        await running.ended()


@pytest.mark.asyncio
async def test_the_service_goes_on_after_telegram_was_gone() -> None:
    async with FakeBotApi() as api, serving(api, Scripted()):
        api.user_says(CLAIRE, "avant")
        await api.sent(1)
        await api.close()
        await api.start()
        api.user_says(CLAIRE, "après")
        await api.sent(2)
    assert [sent.text for sent in api.messages] == ["Reçu : avant", "Reçu : après"]


@pytest.mark.asyncio
async def test_what_was_received_before_the_stop_is_still_answered_and_confirmed() -> None:
    conversation = Scripted()
    gate = conversation.gates["7"] = asyncio.Event()
    async with FakeBotApi() as api:
        async with serving(api, conversation):
            for n in range(50):
                api.user_says(CLAIRE, str(n))
            await soon(lambda: conversation.heard)
            asyncio.get_running_loop().call_later(0.1, gate.set)
        assert [sent.text for sent in api.messages] == [f"Reçu : {n}" for n in range(50)]
        assert api.pending() == 0


@pytest.mark.asyncio
async def test_what_cannot_be_finished_in_time_is_answered_after_the_next_start(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.channels.worker_pool.DRAIN_SECONDS", 0.05)
    monkeypatch.setattr("bot.channels.worker_pool.GRACE_SECONDS", 0.05)
    slow = Scripted()
    slow.gates["7"] = asyncio.Event()
    async with FakeBotApi() as api:
        async with serving(api, slow, tmp_path / "aiguilleur.db"):
            for n in range(3):
                api.user_says(CLAIRE, str(n))
            await soon(lambda: slow.heard and not api.pending())
        assert api.messages == []
        assert "Stopped with 1 pieces of work" in caplog.text
        async with serving(api, Scripted(), tmp_path / "aiguilleur.db"):
            await api.sent(3)
    assert [sent.text for sent in api.messages] == ["Reçu : 0", "Reçu : 1", "Reçu : 2"]


@pytest.mark.asyncio
async def test_the_same_update_again_is_answered_once_even_after_a_restart(tmp_path: Path) -> None:
    asked = {"date": 1, "chat": chat_json(CLAIRE), "from": person_json(CLAIRE)}
    updates = [
        {"update_id": number, "message": {**asked, "message_id": number, "text": str(number)}}
        for number in (9001, 9000, 9001, 3)
    ]
    async with FakeBotApi() as api:
        for start, end in (("début", "fin"), ("encore début", "encore fin")):
            async with serving(api, Scripted(), tmp_path / "aiguilleur.db") as running:
                api.user_says(CLAIRE, start)
                await soon(lambda start=start: f"Reçu : {start}" in [m.text for m in api.messages])
                await running.service.receiver.accept(updates)
                api.user_says(CLAIRE, end)
                await soon(lambda end=end: f"Reçu : {end}" in [m.text for m in api.messages])
    said = [sent.text for sent in api.messages]
    answered = ["début", "9001", "9000", "3", "fin", "encore début", "encore fin"]
    assert said == [f"Reçu : {text}" for text in answered]


@pytest.mark.asyncio
async def test_commands_are_announced_to_everybody_and_in_french() -> None:
    async with FakeBotApi() as api, serving(api, Scripted()):
        await api.until(lambda: set(api.commands) == {"", "fr"})
    assert {"command": "aide", "description": "Comment poser une question"} in api.commands["fr"]


@pytest.mark.asyncio
async def test_a_menu_that_cannot_be_set_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeBotApi() as api:
        api.fail("setMyCommands", Fault.broken())
        async with serving(api, Scripted()):
            api.user_says(CLAIRE, "un")
            await api.sent(1)
    assert "menu of commands" in caplog.text


@pytest.mark.asyncio
async def test_a_second_instance_says_so_once_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    conflict = Fault(409, "Conflict: terminated by other getUpdates request")
    async with FakeBotApi() as api:
        api.fail("getUpdates", conflict, conflict, None, conflict)
        async with serving(api, Scripted()):
            for n in range(3):
                api.user_says(CLAIRE, str(n))
                await api.sent(n + 1)
    lines = [r for r in caplog.records if "Another program polls" in r.getMessage()]
    assert len(lines) == 1


def test_an_error_is_described_by_its_type_and_path_only() -> None:
    text = describe(_raised("mon secret"))
    assert text.startswith("ValueError (test_polling.py:")
    assert "secret" not in text
