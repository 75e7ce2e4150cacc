"""The thread of a web conversation: read again, waited for, erased; and replies that come later."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.channels.answering import Answerer
from bot.channels.web import CHANNEL, Exchange, listeners
from bot.channels.web.recent import MOST, SECONDS, RecentReplies
from bot.conversation import choices
from bot.conversation.messages import Incoming, Reply
from bot.store.database.sqlite import SqliteFile
from bot.store.pseudonym import Pseudonym
from bot.store.store import Store
from bot.store.tables import outbox
from bot.store.thread import Said
from bot.store.thread_table import messages
from tests.fakes.open_store import KEY, found, open_store
from tests.fakes.small_base import BIKE
from tests.fakes.web_service import Parrot, Web, talking, web_service

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.database.database import Database


async def thread(web: Web, after: int | None = None) -> list[dict[str, Any]]:
    answer = await web.read(after)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    read: list[dict[str, Any]] = answer.json()["messages"]
    return read


def said(message: dict[str, Any]) -> tuple[str, str]:
    """Who speaks, and what is said."""
    texts = [paragraph["text"] for paragraph in message["paragraphs"]]
    return message["author"], message["text"] or message["choice"] or texts[-1]


@pytest.mark.asyncio
async def test_a_conversation_is_read_again_in_order_and_by_nobody_else(
    any_database: Database,
) -> None:
    async with web_service(Parrot(), where=any_database) as web:
        await web.open()
        await web.send(id="1", text="un")
        number = (await web.send(id="2", choice="y:1:0")).json()["number"]
        read = await thread(web)
        assert [said(message) for message in read] == [
            ("person", "un"),
            ("service", "un"),
            ("person", "y:1:0"),
            ("service", "y:1:0"),
        ]
        numbers = [message["number"] for message in read]
        assert numbers == sorted(set(numbers))
        assert numbers[-1] == number
        assert await thread(web, numbers[1]) == read[2:]
        await web.open()
        assert await thread(web) == []


@pytest.mark.asyncio
async def test_a_message_sent_again_gets_the_reply_that_it_got_and_is_kept_once(
    any_database: Database,
) -> None:
    parrot = Parrot()
    async with web_service(parrot, where=any_database) as web:
        await web.open()
        first = await asyncio.gather(*(web.send(id="1", text="un") for _ in range(4)))
        again = await web.send(id="1", text="un")
        assert {answer.text for answer in first} == {again.text}
        assert len(await thread(web)) == 2


@pytest.mark.asyncio
async def test_words_are_kept_scrubbed_and_sealed() -> None:
    async with web_service(Parrot()) as web:
        await web.open()
        await web.send(text="appelez le 06 12 34 56 78")
        asked = (await thread(web))[0]["text"]
        assert asked.startswith("appelez")
        assert "06 12" not in asked
        sealed = await found(web.store, select(messages.c.payload))
        assert not any("appelez" in payload for (payload,) in sealed)


@pytest.mark.asyncio
async def test_a_reply_that_comes_later_ends_the_waiting(any_database: Database) -> None:
    async with web_service(Parrot(), where=any_database) as web:
        await web.open()
        number = (await web.send(text="un")).json()["number"]
        waiting = asyncio.create_task(thread(web, number))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await web.deliver("plus tard")
        (later,) = await waiting
        assert said(later) == ("service", "plus tard")
        assert later["number"] > number
        assert await found(web.store, select(outbox.c.state, outbox.c.payload)) == [("sent", "")]


@pytest.mark.asyncio
async def test_a_reply_waits_for_its_time_and_holds_up_no_other() -> None:
    async with web_service(Parrot()) as web:
        await web.open()
        await web.deliver("demain", not_before=datetime.now(UTC) + timedelta(days=1))
        soon = datetime.now(UTC) + timedelta(seconds=1.5)
        await web.deliver("bientôt", not_before=soon)
        await web.deliver("tout de suite")
        (first,) = await thread(web, 0)
        (second,) = await thread(web, first["number"])
        assert datetime.now(UTC) >= soon
        assert [said(first)[1], said(second)[1]] == ["tout de suite", "bientôt"]


@pytest.mark.asyncio
async def test_another_process_hears_of_it_too(shared: Database) -> None:
    async with (
        web_service(Parrot(), where=shared) as here,
        web_service(Parrot(), where=shared) as there,
    ):
        there.token = await here.open()
        waiting = asyncio.create_task(thread(there, 0))
        await here.send(text="un")
        assert len(await waiting) == 2


@pytest.mark.asyncio
async def test_who_waits_in_vain_is_let_go_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.exchange.LISTEN_SECONDS", 0.05)
    async with web_service(Parrot()) as web:
        await web.open()
        assert await thread(web, 0) == []


@pytest.mark.asyncio
async def test_at_the_end_everybody_is_let_go_and_nobody_waits_any_more(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        crowd = listeners.Listeners(store.thread("web"))
        waiting = [asyncio.create_task(crowd.wait(chat, 0, 600)) for chat in "abb"]
        await asyncio.sleep(0.05)
        assert not any(task.done() for task in waiting)
        await crowd.aclose()
        await asyncio.gather(*waiting, crowd.wait("c", 0, 600))


@pytest.mark.asyncio
async def test_of_one_conversation_only_a_few_pages_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "MAX_OF_A_CHAT", 1)
    async with web_service(Parrot()) as web:
        await web.open()
        waiting = asyncio.create_task(thread(web, 0))
        await asyncio.sleep(0.1)
        assert await thread(web, 0) == [], "it is answered at once"
        assert not waiting.done()
        await web.send(text="un")
        assert len(await waiting) == 2


@pytest.mark.asyncio
async def test_what_is_erased_is_not_read_again_and_numbers_go_on() -> None:
    async with web_service(talking(BIKE)) as web:
        await web.open()
        number = (await web.send(id="1", text="mon vélo")).json()["number"]
        await web.deliver("demain", not_before=datetime.now(UTC) + timedelta(days=1))
        done = (await web.send(id="2", choice=choices.FORGET)).json()
        assert "effacé" in done["paragraphs"][0]["text"]
        assert done["number"] == 0
        assert await thread(web) == []
        assert await found(web.store, select(outbox.c.id)) == []
        assert (await web.send(id="3", text="mon vélo")).json()["number"] > number


@pytest.mark.asyncio
@pytest.mark.parametrize("after", ["-1", "un", "", "1.5", "2147483648", "9" * 30, "²"])
async def test_what_is_no_number_is_told_so(after: str) -> None:
    async with web_service(Parrot()) as web:
        await web.open()
        answer = await web.read(after)
        assert (answer.status_code, answer.json()["error"]) == (422, "not_a_number")


@pytest.mark.asyncio
async def test_a_thread_is_read_with_its_session_alone_and_not_without_end() -> None:
    async with web_service(Parrot(), chat_rate=1) as web:
        await web.open()
        for _ in range(4):
            assert await thread(web) == []
        answer = await web.read()
        assert (answer.status_code, answer.json()["error"]) == (429, "too_many")
        web.token = "forged.token"
        assert (await web.read()).status_code == 401


@pytest.mark.asyncio
@pytest.mark.parametrize("keep_texts", [True, False])
async def test_a_press_that_is_sent_again_gets_the_same_reply_and_another_press_none(
    tmp_path: Path, *, keep_texts: bool
) -> None:
    database = SqliteFile(tmp_path / "aiguilleur.db")
    async with await Store.open(database, KEY, Pseudonym(KEY), keep_texts=keep_texts) as store:
        responder = talking(BIKE)
        exchange = Exchange(Answerer(lambda: responder, store, {CHANNEL: CHANNEL}))

        async def says(number: int, text: str = "", choice: str = "") -> Said:
            return await exchange.answer(Incoming(CHANNEL, "1", text, choice, update_id=number))

        asked = await says(1, "un vélo")
        assert asked.reply is not None
        helped = asked.reply.buttons[0].data
        for choice in (helped, choices.FORGET):
            first = await says(len(choice), choice=choice)
            again = await says(len(choice), choice=choice)
            assert replace(again, at=first.at) == first
            if choice == helped:
                assert first.reply is not None
                assert not first.reply.is_empty
                assert (await says(2000, choice=choice)).reply == Reply()


def test_replies_in_memory_are_few_and_go_soon() -> None:
    now = 0.0
    recent = RecentReplies(lambda: now)
    for number in range(MOST + 1):
        recent.remember(Incoming(CHANNEL, "1", update_id=number), Said(0, Reply()))
    assert recent.find(Incoming(CHANNEL, "1", update_id=0)) is None
    assert recent.find(Incoming(CHANNEL, "1", update_id=1)) is not None
    assert recent.find(Incoming(CHANNEL, "2", update_id=1)) is None
    now = SECONDS
    assert recent.find(Incoming(CHANNEL, "1", update_id=MOST)) is None
