"""What waits in the outbox is rendered when it is sent: letters, long ones, rows of old."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.channels.telegram import source_of
from bot.conversation import replies
from bot.conversation.messages import Button, Delivery, Outcome, Recipient
from bot.store.boxes.letters import Letter
from bot.store.tables import chats, outbox
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.open_store import found, open_store, rows
from tests.fakes.telegram_service import Running, Scripted, say, serving

if TYPE_CHECKING:
    from bot.conversation.ports import Journal
    from bot.conversation.turns import Prepared
    from bot.store.database.database import Database

CLAIRE, GROUP = 7, -100
LONG = say(" ".join(f"mot{n}" for n in range(2000)))
BUTTONS = (Button("Oui", "y:1:0"),)
OLD = {
    "chat": CLAIRE,
    "html": "&lt;un&gt; &amp; un",
    "plain": "<un> & un",
    "keyboard": {"inline_keyboard": [[{"text": "Oui", "callback_data": "y:1:0"}]]},
    "thread": None,
    "question": None,
    "edits": None,
    "replaces": None,
    "as_plain": False,
}
"""A row as the versions before letters wrote it."""


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.sending.refusals.FIRST_PAUSE", 0.02)


def said(api: FakeBotApi, chat: int = CLAIRE) -> list[str]:
    return [sent.text for sent in api.chats.of(chat)]


async def put(api: FakeBotApi, where: Database, *payloads: dict[str, Any]) -> None:
    """What an earlier process left behind for Claire."""
    api.chats.meet(CLAIRE)
    async with await open_store(where) as store:
        name = store.pseudonym.of("telegram", str(CLAIRE))
        box = store.outbox(source_of(api.token))
        await store.write(lambda c: box.put(c, name, payloads))


async def deliver(running: Running, *deliveries: Delivery) -> None:
    answerer = running.answerer
    await answerer.store.write(lambda c: answerer.deliveries.put(c, deliveries))


@pytest.mark.asyncio
async def test_rows_of_the_old_form_are_still_sent_among_letters(any_database: Database) -> None:
    async with FakeBotApi() as api:
        await put(api, any_database, OLD, Letter(say("deux"), {"chat": CLAIRE}).to_dict(), OLD)
        async with serving(api, Scripted(), any_database):
            await api.sent(3)
        assert said(api) == ["<un> & un", "deux", "<un> & un"]
        assert [len(sent.buttons) for sent in api.chats.of(CLAIRE)] == [1, 0, 1]


@pytest.mark.asyncio
async def test_what_waits_is_neither_html_nor_of_any_channel(any_database: Database) -> None:
    async with FakeBotApi() as api:
        async with serving(api, Scripted({"a": say("1 < 2", buttons=BUTTONS)}), any_database):
            api.fail("sendMessage", Fault.flood(60))
            api.user_says(CLAIRE, "a")
            await api.called("sendMessage")
        async with await open_store(any_database) as store:
            ((sealed,),) = await found(store, select(outbox.c.payload))
            letter = Letter.from_dict(store.vault.open(sealed))
            assert letter.reply == say("1 < 2", buttons=BUTTONS)
            assert letter.place["chat"] == CLAIRE


@pytest.mark.asyncio
async def test_a_long_reply_goes_on_where_it_was_when_the_process_ended(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api:
        async with serving(api, Scripted({"long": LONG}), any_database):
            api.user_says(CLAIRE, "long")
            await api.sent(1)
            api.trouble(Fault.broken(), "sendMessage")
            await api.called("sendMessage", 3)
        api.calm_down()
        async with serving(api, Scripted(), any_database):
            await api.until(lambda: said(api) and said(api)[-1].endswith("mot1999"))
        assert " ".join(said(api)) == LONG.text


@pytest.mark.asyncio
async def test_a_letter_of_a_newer_version_waits_for_it_and_a_broken_reply_is_apologised_for(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api:
        unshowable = say("oui", buttons=(Button("Oui", "é" * 60),))
        await put(api, any_database, Letter(unshowable, {"chat": CLAIRE}).to_dict())
        async with serving(api, Scripted(), any_database):
            await api.sent(1)
            assert said(api) == [replies.apology().text]
        await put(api, any_database, {"version": 99, "reply": {}})
        query = select(outbox.c.state).where(outbox.c.state == "pending")
        async with serving(api, Scripted(), any_database) as running:
            api.user_says(CLAIRE, "et moi ?")
            async with asyncio.timeout(15):
                while len(await found(running.answerer.store, query)) < 2:  # noqa: ASYNC110 - the database tells nobody
                    await asyncio.sleep(0.01)
            assert len(said(api)) == 1, "in order"
        assert len(await rows(any_database, query)) == 2, "nothing is lost"


@pytest.mark.asyncio
async def test_what_cannot_be_read_is_set_aside_and_the_chat_goes_on(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.sending.sender.UNREADABLE_PAUSE", 0.02)
    unreadable = {"version": 1, "reply": "nothing that a reply can be", "place": {}}
    async with FakeBotApi() as api:
        await put(api, any_database, unreadable, Letter(say("deux"), {"chat": CLAIRE}).to_dict())
        async with serving(api, Scripted(), any_database) as running:
            await api.sent(1)
            assert running.figures.outcomes[0] == "unreadable"
        assert said(api) == ["deux"]
        query = select(outbox.c.state, outbox.c.attempts, outbox.c.payload != "")
        first, _ = await rows(any_database, query.order_by(outbox.c.id))
        assert first == ("quarantined", 2, True), "kept sealed, to be looked into"


@pytest.mark.asyncio
async def test_something_is_sent_later_to_who_is_known_by_pseudonym_alone(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api, serving(api, Scripted(), any_database) as running:
        api.user_says(CLAIRE, "un")
        await api.sent(1)
        name = running.answerer.store.pseudonym.of("telegram", str(CLAIRE))
        to = Recipient("telegram", pseudonym=name)
        later = datetime.now(UTC) + timedelta(seconds=1)
        await deliver(running, Delivery(to, say("plus tard"), later), Delivery(to, say("deux")))
        await api.sent(3)
    assert said(api) == ["Reçu : un", "deux", "plus tard"]


@pytest.mark.asyncio
async def test_what_cannot_find_its_chat_is_dropped_and_holds_up_nobody(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api, serving(api, Scripted(), any_database) as running:
        unknown = Recipient("telegram", pseudonym="0123456789abcdef")
        await deliver(running, Delivery(unknown, say("perdu")))
        query = select(outbox.c.state, outbox.c.reason)
        api.user_says(CLAIRE, "un")
        await api.sent(1)
        states = await found(running.answerer.store, query.order_by(outbox.c.id))
    assert said(api) == ["Reçu : un"]
    assert states[0] == ("dropped", "the address of the chat is not kept")


class Relaying(Scripted):
    """Tells a group of every question, in the same transaction as the reply."""

    async def respond(self, prepared: Prepared, journal: Journal) -> Outcome:
        outcome = await super().respond(prepared, journal)
        told = say(f"Une question : {prepared.incoming.text}")
        return Outcome(outcome.reply, (Delivery(Recipient("telegram", str(GROUP)), told),))


@pytest.mark.asyncio
async def test_what_a_message_leads_to_besides_its_reply_is_sent_once(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api, serving(api, Relaying(), any_database):
        api.chats.meet(GROUP)
        api.user_says(CLAIRE, "un")
        api.user_says(CLAIRE, "deux")
        await api.until(lambda: len(said(api)) == len(said(api, GROUP)) == 2)
    assert said(api, GROUP) == ["Une question : un", "Une question : deux"]


class Erasing(Scripted):
    """Erases all that is kept of whoever asks for it."""

    async def respond(self, prepared: Prepared, journal: Journal) -> Outcome:
        outcome = await super().respond(prepared, journal)
        if prepared.incoming.text != "oublie":
            return outcome
        await journal.forget(prepared.incoming)
        return Outcome(outcome.reply, erased=True)


@pytest.mark.asyncio
async def test_who_is_forgotten_leaves_no_address_and_is_still_answered(
    any_database: Database,
) -> None:
    async with FakeBotApi() as api:
        async with serving(api, Erasing(), any_database):
            api.user_says(CLAIRE, "un")
            await api.sent(1)
            kept = select(chats.c.address).where(chats.c.address.is_not(None))
            assert len(await rows(any_database, kept)) == 1
            api.user_says(CLAIRE, "oublie")
            await api.sent(2)
        assert said(api) == ["Reçu : un", "Reçu : oublie"]
        assert await rows(any_database, kept) == []
