"""What is sent later or elsewhere: in its time, to who is known by pseudonym, and no longer."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.conversation.messages import Button, Delivery, Incoming, Paragraph, Recipient, Reply
from bot.ops.settings import Settings
from bot.service.retention import purge_now
from bot.store.boxes.letters import Letter, UnknownVersionError
from bot.store.deliveries import Deliveries
from bot.store.person import erase
from bot.store.tables import chats, outbox
from tests.fakes.open_store import found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.store.boxes.due import Due
    from bot.store.database.database import Database
    from bot.store.store import Store

SOURCE = "telegram:1"
REPLY = Reply(
    (Paragraph("Titre", strong=True), Paragraph("Texte")),
    (Button("Oui", "y:1:0"), Button("Voir", url="https://velo.example")),
    private="e-tarif",
)


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


async def put(store: Store, *deliveries: Delivery) -> None:
    places = Deliveries(store, {"telegram": SOURCE})
    await store.write(lambda c: places.put(c, deliveries))


async def claimed(store: Store) -> list[Due]:
    return [due for lane in await store.outbox(SOURCE).claim(9) for due in lane]


def text_of(due: Due) -> str:
    assert due.payload is not None
    return Letter.from_dict(due.payload).reply.text


def to(chat: str, text: str, not_before: datetime | None = None) -> Delivery:
    return Delivery(Recipient("telegram", chat), Reply((Paragraph(text),)), not_before)


def test_a_letter_comes_back_as_it_was_and_one_of_tomorrow_is_left_alone() -> None:
    letter = Letter(REPLY, {"chat": 1, "thread": 2})
    assert Letter.from_dict(letter.to_dict()) == letter
    with pytest.raises(UnknownVersionError):
        Letter.from_dict({**letter.to_dict(), "version": 99})


@pytest.mark.asyncio
async def test_it_goes_to_who_is_named_by_number_or_by_pseudonym(store: Store) -> None:
    name = store.pseudonym.of("telegram", "42")
    await put(store, to("42", "un"))
    await put(store, Delivery(Recipient("telegram", pseudonym=name), REPLY))
    first, second = await claimed(store)
    assert first.payload is not None
    assert second.payload is not None
    assert first.chat == second.chat == name
    assert first.payload["place"] == {"chat": "42"}
    assert Letter.from_dict(second.payload) == Letter(REPLY)


@pytest.mark.asyncio
async def test_what_is_for_later_is_overtaken_until_its_time_has_come(store: Store) -> None:
    now = datetime.now(UTC)
    await put(store, to("42", "plus tard", now + timedelta(hours=1)), to("42", "tout de suite"))
    assert [text_of(due) for due in await claimed(store)] == ["tout de suite"]
    assert await claimed(store) == []
    await put(store, to("42", "déjà passé", now - timedelta(seconds=1)))
    await store.outbox(SOURCE).leases.release()
    assert [text_of(due) for due in await claimed(store)] == ["tout de suite", "déjà passé"]


@pytest.mark.asyncio
async def test_what_no_channel_here_can_send_is_told_and_fails_nothing(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    await put(store, Delivery(Recipient("pigeon", "42"), REPLY), to("42", ""), to("42", "un"))
    assert [text_of(due) for due in await claimed(store)] == ["un"]
    assert "pigeon" in caplog.text
    assert "42" not in caplog.text


@pytest.mark.asyncio
async def test_who_is_forgotten_gets_nothing_later(store: Store) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    await put(store, to("42", "un", later), to("43", "deux", later))
    await store.write(lambda c: store.journal(c).forget(Incoming("telegram", "42")))
    assert await found(store, select(outbox.c.chat)) == [(store.pseudonym.of("telegram", "43"),)]
    await store.write(lambda c: erase(c, store.pseudonym.of("telegram", "43")))
    assert await found(store, select(outbox.c.id)) == []


@pytest.mark.asyncio
async def test_what_is_for_later_is_not_purged_as_too_late(store: Store) -> None:
    now = datetime.now(UTC)
    await put(store, to("42", "dans une semaine", now + timedelta(days=7)))
    assert sum((await purge_now(store, Settings(), now + timedelta(days=7))).values()) == 0
    counts = await purge_now(store, Settings(), now + timedelta(days=9))
    assert counts["late messages"] == 1


@pytest.mark.asyncio
async def test_an_address_is_sealed_follows_a_move_and_goes_when_nothing_is_heard(
    store: Store,
) -> None:
    box = store.chats(SOURCE)
    assert await box.read_address("a") == 0
    await store.write(lambda c: box.remember_address(c, "a", 42))
    assert await box.read_address("a") == 42
    ((sealed,),) = await found(store, select(chats.c.address))
    assert store.vault.open(sealed) == {"chat": 42}
    await box.record_move("a", -100)
    assert await box.read_address("a") == -100
    assert (await store.write(lambda c: box.read_whereabouts(c, "a"))).has_address
    counts = await purge_now(store, Settings())
    assert counts["addresses"] == 1, "no turn, nothing that waits: nobody to write to"


@pytest.mark.asyncio
async def test_a_part_that_went_out_is_noted_and_the_rest_stays_in_hand(store: Store) -> None:
    box = store.outbox(SOURCE)
    await store.write(lambda c: box.put(c, "a", [{"text": "un et deux"}], question=9))
    ((due,),) = await box.claim(1)
    assert await box.mark_part_sent(due, 77, {"text": "deux"})
    assert await box.claim(1) == [], "it is in hand"
    assert await store.write(lambda c: box.answer_to(c, "a", 9)) == [
        ("pending", None),
        ("sent", 77),
    ]
    await box.leases.release()
    ((again,),) = await box.claim(1)
    assert again.payload == {"text": "deux"}
    await box.leases.release()
    assert not await box.mark_part_sent(again, 78, {}), "another process may have it by now"
