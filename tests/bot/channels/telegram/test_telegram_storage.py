"""What people see of a database that refuses, and of a Telegram that asks for patience."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from bot.channels.telegram import source_of
from bot.channels.telegram.failing import TRIES
from bot.channels.telegram.updates.receiver import Receiver
from bot.conversation import replies
from bot.conversation.messages import Button
from bot.conversation.replies import notices
from bot.store import RefusedError
from bot.store.boxes.inbox import Arrival, Inbox, LostHoldError
from bot.store.database.sqlite import SqliteFile
from bot.store.pseudonym import Pseudonym
from bot.store.tables import inbox
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.open_store import found, open_store
from tests.fakes.sick_database import SickDatabase
from tests.fakes.telegram_service import Scripted, say, serving, soon

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.store.database.database import Database

CLAIRE, PAUL, GROUP = 7, 8, -100


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("bot.channels.worker_pool", "bot.channels.telegram.updates.polling"):
        monkeypatch.setattr(f"{module}.STORE_WAITS", (0.02, 0.05))
    monkeypatch.setattr("bot.channels.telegram.sending.pace.PROBE_SECONDS", 0.05)


@pytest.fixture
def database(any_database: Database) -> SickDatabase:
    return SickDatabase(any_database)


def said(api: FakeBotApi, chat: int) -> list[str]:
    return [sent.text for sent in api.chats.of(chat)]


@pytest.mark.asyncio
async def test_who_cannot_be_stored_is_told_once_and_answered_when_there_is_room(
    database: SickDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeBotApi() as api, serving(api, Scripted(), database):
        api.user_says(PAUL, "avant")
        await api.sent(1)
        polls = api.count("getUpdates")
        with database.refusing():
            api.user_says(CLAIRE, "mon secret")
            api.user_says(GROUP, "/aide")
            api.push("my_chat_member", {"chat": {"id": CLAIRE, "type": "private"}})
            await api.called("getUpdates", polls + 3)
            assert said(api, CLAIRE) == [notices.storage_delay().text]
            assert said(api, GROUP) == [], "a group is not disturbed"
            assert api.pending() == 3, "nothing is confirmed"
        await api.until(lambda: not api.pending())
        await api.sent(4)
    assert said(api, CLAIRE) == [notices.storage_delay().text, "Reçu : mon secret"]
    assert said(api, GROUP) == ["Reçu : /aide"]
    assert "Telegram keeps 3 updates" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.asyncio
async def test_what_the_database_never_takes_is_apologised_for_and_the_chat_goes_on(
    tmp_path: Path,
) -> None:
    refused = Scripted({"trop long": RefusedError("the value is too long")})
    async with FakeBotApi() as api, serving(api, refused, tmp_path / "db"):
        api.user_says(CLAIRE, "trop long")
        api.user_says(CLAIRE, "et ceci ?")
        await api.sent(2)
    assert said(api, CLAIRE) == [replies.apology().text, "Reçu : et ceci ?"]
    assert len(refused.heard) == TRIES + 1


@pytest.mark.asyncio
async def test_an_update_that_is_taken_over_while_it_is_set_aside_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def lost(*_: object) -> None:
        raise LostHoldError

    caplog.set_level(logging.INFO, logger="bot")
    monkeypatch.setattr(Inbox, "quarantine", lost)
    async with FakeBotApi() as api, serving(api, Scripted(), tmp_path / "db"):
        api.poison("mon secret")
        await soon(lambda: "taken over by another process" in caplog.text)
    assert "failed" not in caplog.text


@pytest.mark.asyncio
async def test_one_update_that_cannot_be_stored_takes_no_other_with_it() -> None:
    kept: list[int] = []

    class Particular(Inbox):
        def __init__(self) -> None:
            """No database."""

        async def put(self, arrivals: Sequence[Arrival]) -> None:
            if any(arrival.update_id == 2 for arrival in arrivals):
                raise RefusedError("it does not fit")
            kept.extend(arrival.update_id for arrival in arrivals)

    receiver = Receiver(Particular(), Pseudonym(b"key"), lambda: None)
    await receiver.accept([{"update_id": number} for number in (1, 2, 3)])
    assert kept == [1, 3]


@pytest.mark.asyncio
async def test_a_database_that_refuses_in_the_middle_of_the_work_is_waited_for(
    database: SickDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    conversation = Scripted()
    gate = conversation.gates[str(CLAIRE)] = asyncio.Event()
    async with FakeBotApi() as api, serving(api, conversation, database):
        api.user_says(CLAIRE, "un")
        api.user_says(CLAIRE, "deux")
        await soon(lambda: conversation.heard)
        with database.refusing():
            gate.set()
            await soon(lambda: "has to wait for the database" in caplog.text)
            await asyncio.sleep(0.2)
            assert api.messages == []
        await api.sent(2)
    assert said(api, CLAIRE) == ["Reçu : un", "Reçu : deux"]
    assert caplog.text.count("has to wait for the database") == 1


@pytest.mark.asyncio
async def test_what_went_out_is_not_sent_again_because_it_could_not_be_noted(
    database: SickDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    async with FakeBotApi() as api, serving(api, Scripted(), database):
        api.fail("sendMessage", Fault.slow(0.2))
        api.user_says(CLAIRE, "un")
        await api.sent(1)
        with database.refusing():
            await soon(lambda: "what was sent cannot be noted" in caplog.text)
        api.user_says(CLAIRE, "deux")
        await api.sent(2)
    assert said(api, CLAIRE) == ["Reçu : un", "Reçu : deux"]


@pytest.mark.asyncio
async def test_trying_again_decides_once_and_does_not_count_against_the_chat(
    database: SickDatabase,
) -> None:
    conversation = Scripted()
    gate = conversation.gates[str(CLAIRE)] = asyncio.Event()
    async with FakeBotApi() as api, serving(api, conversation, database, chat_rate=2):
        api.user_says(CLAIRE, "un")
        await soon(lambda: conversation.heard)
        with database.refusing():
            gate.set()
            await soon(lambda: database.tries > 20)
            assert conversation.recorded == []
        await api.sent(1)
    assert said(api, CLAIRE) == ["Reçu : un"]
    assert len(conversation.heard) == len(conversation.recorded) == 1


# Patience


@pytest.mark.asyncio
async def test_a_chat_that_telegram_protects_waits_even_across_a_restart_and_nobody_else_does(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api:
        async with serving(api, Scripted(), any_database) as running:
            api.fail("sendMessage", Fault.flood(1))
            api.user_says(CLAIRE, "un")
            await soon(lambda: running.figures.outcomes == ["park"])
            api.user_says(PAUL, "et moi ?")
            api.user_says(CLAIRE, "deux")
            await api.sent(1)
            await api.until(lambda: not api.pending())
        async with serving(api, Scripted(), any_database):
            api.user_says(PAUL, "encore moi")
            await api.sent(4)
    assert api.impatient == []
    assert said(api, CLAIRE) == ["Reçu : un", "Reçu : deux"]
    assert said(api, PAUL) == ["Reçu : et moi ?", "Reçu : encore moi"]


@pytest.mark.asyncio
async def test_in_a_storm_telegram_is_probed_and_all_is_answered_when_it_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.sending.pace.STORM_AFTER", 3)
    people = range(100, 108)
    choices = say("Laquelle ?", buttons=(Button("La carte", "pick:1"),))
    conversation = Scripted({"carte": choices})
    file = SqliteFile(tmp_path / "aiguilleur.db")
    async with FakeBotApi() as api, serving(api, conversation, file) as running:
        api.user_says(CLAIRE, "carte")
        await api.sent(1)
        storm = api.trouble(Fault.flood(1), "sendMessage")
        for person in people:
            api.user_says(person, "un")
        await soon(lambda: running.figures.outcomes.count("park") >= 3)
        api.user_presses(CLAIRE, 0)
        await soon(lambda: len(conversation.heard) == len(people) + 2)
        storm.stop()
        await api.sent(len(people) + 2)
    assert {person: said(api, person) for person in people} == {p: ["Reçu : un"] for p in people}
    assert said(api, CLAIRE) == ["Laquelle ?", "Reçu : pick:1"]
    assert api.count("answerCallbackQuery") == 0, "what can be left undone was not tried"
    assert api.impatient == []


@pytest.mark.asyncio
async def test_the_time_of_an_answer_is_reckoned_from_the_arrival_of_its_question(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api:
        async with await open_store(any_database) as store:
            box = store.inbox(source_of(api.token))
            lane = store.pseudonym.of("telegram", str(CLAIRE))
            asked = api.user_says(CLAIRE, "un")
            await box.put([Arrival(1, lane, {"update_id": 1, "message": asked})])
            an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
            await store.write(lambda c: c.execute(update(inbox).values(at=an_hour_ago)))
        async with serving(api, Scripted(), any_database) as running:
            await soon(lambda: "sent" in running.figures.outcomes)
            said_to_last = running.figures.registry.get_sample_value(
                "aiguilleur_answer_seconds_sum"
            )
    assert said_to_last >= 3600


@pytest.mark.asyncio
async def test_a_turn_is_counted_once_however_often_the_database_had_to_be_tried(
    database: SickDatabase,
) -> None:
    conversation = Scripted()
    gate = conversation.gates[str(CLAIRE)] = asyncio.Event()
    async with FakeBotApi() as api, serving(api, conversation, database):
        api.user_says(CLAIRE, "un")
        await soon(lambda: conversation.heard)
        with database.refusing():
            tries = database.tries
            gate.set()
            await soon(lambda: database.tries > tries + 3)
        await api.sent(1)
    assert len(conversation.recorded) == 1


@pytest.mark.asyncio
async def test_what_is_worked_on_for_long_stays_in_our_hands(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.service.RENEW_SECONDS", 0.02)
    conversation = Scripted()
    gate = conversation.gates[str(CLAIRE)] = asyncio.Event()
    silent = datetime.now(UTC) - timedelta(hours=1)
    held = select(inbox.c.lease).where(inbox.c.state == "pending", inbox.c.lease > silent)
    async with FakeBotApi() as api, serving(api, conversation, any_database) as running:
        api.user_says(CLAIRE, "un")
        await soon(lambda: conversation.heard)
        store = running.answerer.store
        await store.write(lambda c: c.execute(update(inbox).values(lease=silent)))
        async with asyncio.timeout(15):
            while not await found(store, held):  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.01)
        gate.set()
        await api.sent(1)
    assert said(api, CLAIRE) == ["Reçu : un"]
