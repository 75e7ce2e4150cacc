from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text, update

from bot.conversation.messages import Incoming
from bot.conversation.turns import Feedback
from bot.store import StoreError
from bot.store.boxes.inbox import Arrival, LostHoldError
from bot.store.boxes.leases import LANE
from bot.store.database.opening import open_database
from bot.store.database.sqlite import SqliteFile
from bot.store.pseudonym import Pseudonym
from bot.store.store import Store
from bot.store.tables import inbox, outbox, turns
from bot.store.vault import SealError, Vault
from classifier.decision import Candidate, Decision, Target
from tests.fakes.open_store import KEY, OneByOne, found, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.boxes.inbox import Held, Inbox
    from bot.store.database.database import Database

ENTRY = Target("faq", "velo")
ANSWER = Decision("answer", ENTRY, (), (Candidate(ENTRY, 0.9),), 0.9, "model-1")
ASKED = Incoming("telegram", "42", "bonjour", update_id=7)


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


@pytest_asyncio.fixture
async def other(any_database: Database, store: Store) -> AsyncIterator[Store]:  # noqa: ARG001 - it comes second
    """A second process on the same database."""
    async with await open_store(any_database) as opened:
        yield opened


def arrival(number: int, chat: str = "a") -> Arrival:
    return Arrival(number, chat, {"update_id": number, "said": f"secret {number}"})


def numbers(lanes: list[list[Held]]) -> list[list[int]]:
    return [[held.update_id for held in lane] for lane in lanes]


async def finish(store: Store, box: Inbox, *held: Held) -> None:
    for one in held:
        await store.write(lambda connection, one=one: box.mark_done(connection, one))


@pytest.mark.asyncio
async def test_a_turn_is_recorded_once_for_an_update(store: Store) -> None:
    journal = OneByOne(store)
    first = await journal.record_turn(ASKED, ANSWER, 1.0)
    assert await journal.record_turn(ASKED, ANSWER, 1.0) == first
    assert await journal.record_turn(Incoming("web", "42", "x", update_id=7), ANSWER, 1.0) > first
    assert await found(store, select(func.count()).select_from(turns)) == [(2,)]


@pytest.mark.asyncio
async def test_what_is_kept_of_a_chat_is_shown_and_erased_on_demand(store: Store) -> None:
    journal, stranger = OneByOne(store), Incoming("telegram", "43", "autre", update_id=8)
    number = await journal.record_turn(ASKED, ANSWER, 1.0)
    await journal.record_feedback(number, Feedback("useful", None, "yes"))
    await journal.record_turn(stranger, ANSWER, 1.0)
    total, kept = await journal.read_turns(ASKED, 5)
    assert (total, [turn.text for turn in kept]) == (1, ["bonjour"])
    assert await journal.forget(ASKED) == 1
    assert await journal.read_turns(ASKED, 5) == (0, [])
    assert await journal.past_turn(ASKED, number) is None
    assert (await journal.read_turns(stranger, 5))[0] == 1
    assert await found(store, select(func.count()).select_from(turns)) == [(2,)]


@pytest.mark.asyncio
async def test_without_a_time_for_texts_none_is_kept(any_database: Database) -> None:
    store = await Store.open(any_database, KEY, Pseudonym(KEY), keep_texts=False)
    async with store:
        await OneByOne(store).record_turn(ASKED, ANSWER, 1.0)
        assert await found(store, select(turns.c.text)) == [("",)]


@pytest.mark.asyncio
async def test_of_a_chat_that_floods_us_some_is_taken_at_a_time_and_of_others_too(
    store: Store,
) -> None:
    box = store.inbox("telegram:1")
    await box.put([arrival(number) for number in range(LANE + 3)])
    await box.put([arrival(1000, "b"), arrival(1001, "b")])
    flood, other = await box.claim(10)
    assert numbers([flood, other]) == [list(range(LANE)), [1000, 1001]]
    assert await box.claim(10) == [], "what is behind must not overtake"
    await finish(store, box, *flood)
    assert numbers(await box.claim(10)) == [[LANE, LANE + 1, LANE + 2]]


@pytest.mark.asyncio
async def test_one_failing_piece_of_work_takes_no_other_with_it(store: Store) -> None:
    journal = OneByOne(store)

    async def breaks(connection: AsyncConnection) -> None:
        await store.journal(connection).record_turn(Incoming("web", "9", "perdu"), ANSWER, 1.0)
        raise ValueError("broken")

    async def refused(connection: AsyncConnection) -> None:
        await connection.execute(text("INSERT INTO nowhere VALUES (1)"))

    asked = [Incoming("web", str(n), "gardé", update_id=n) for n in range(20)]
    outcomes = await asyncio.gather(
        *(journal.record_turn(one, ANSWER, 1.0) for one in asked[:10]),
        store.write(breaks),
        store.write(refused),
        *(journal.record_turn(one, ANSWER, 1.0) for one in asked[10:]),
        return_exceptions=True,
    )
    assert [type(o) for o in outcomes if isinstance(o, Exception)] == [ValueError, StoreError]
    assert await found(store, select(turns.c.text).distinct()) == [("gardé",)]
    assert await found(store, select(func.count()).select_from(turns)) == [(20,)]


@pytest.mark.asyncio
async def test_an_update_is_stored_once_and_its_words_cannot_be_read(store: Store) -> None:
    box = store.inbox("telegram:1")
    await box.put([arrival(1), arrival(2)])
    await box.put([arrival(2), arrival(3)])
    await store.inbox("telegram:2").put([arrival(1)])
    rows = await found(store, select(inbox.c.update_id, inbox.c.payload).order_by(inbox.c.id))
    assert [row[0] for row in rows] == [1, 2, 3, 1]
    assert not [row for row in rows if "secret" in row[1]]


@pytest.mark.asyncio
async def test_a_chat_is_worked_on_in_order_and_chats_side_by_side(store: Store) -> None:
    box = store.inbox("telegram:1")
    await box.put([arrival(5, "a"), arrival(4, "a"), arrival(6, "b")])
    lanes = await box.claim(10)
    assert numbers(lanes) == [[5, 4], [6]]
    assert lanes[0][0].payload == {"update_id": 5, "said": "secret 5"}
    await box.put([arrival(7, "a")])
    assert await box.claim(10) == []
    await finish(store, box, lanes[0][0], lanes[1][0])
    assert await box.claim(10) == [], "the next one of the chat is held"
    await box.leases.give_back([lanes[0][1].id])
    assert numbers(await box.claim(10)) == [[4, 7]]
    states = select(inbox.c.state, inbox.c.payload == "").order_by(inbox.c.id).limit(3)
    assert await found(store, states) == [("done", True), ("pending", False), ("done", True)]


@pytest.mark.asyncio
async def test_two_processes_never_hold_the_same_chat(store: Store, other: Store) -> None:
    ours, theirs = store.inbox("telegram:1"), other.inbox("telegram:1")
    await ours.put([arrival(n, chat) for n, chat in enumerate("abcdefabcdef")])
    taken = await asyncio.gather(*(box.claim(2) for box in (ours, theirs) * 3))
    chats = [lane[0].chat for lanes in taken for lane in lanes]
    assert sorted(chats) == sorted("abcdef")


@pytest.mark.asyncio
async def test_what_a_dead_process_held_is_taken_over_and_its_work_refused(
    store: Store, other: Store
) -> None:
    ours, theirs = store.inbox("telegram:1"), other.inbox("telegram:1")
    await ours.put([arrival(1)])
    ((held,),) = await ours.claim(5)
    past = datetime.now(UTC) - timedelta(seconds=1)
    await store.write(lambda connection: connection.execute(update(inbox).values(lease=past)))
    ((again,),) = await theirs.claim(5)
    assert (again.update_id, again.attempts) == (1, 2)
    with pytest.raises(LostHoldError):
        await finish(store, ours, held)
    await finish(other, theirs, again)


@pytest.mark.asyncio
async def test_an_update_that_cannot_be_worked_on_holds_up_no_other(store: Store) -> None:
    box = store.inbox("telegram:1")
    await box.put([arrival(1), arrival(2)])
    ((held, other),) = await box.claim(5)
    await box.quarantine(held, "TypeError")
    await box.leases.give_back([other.id])
    assert numbers(await box.claim(5)) == [[2]]
    kept = await found(store, select(inbox.c.reason, inbox.c.payload).where(inbox.c.update_id == 1))
    assert kept[0][0] == "TypeError"
    assert store.vault.open(kept[0][1])["update_id"] == 1


@pytest.mark.asyncio
async def test_messages_wait_in_order_until_they_are_sent(store: Store) -> None:
    box = store.outbox("telegram:1")
    await store.write(lambda c: box.put(c, "a", [{"text": "1"}, {"text": "2"}], question=9))
    ((first, second),) = await box.claim(5)
    assert first.payload == {"text": "1"}
    await box.postpone(first, 0.0, {"text": "1 bis"})
    await box.leases.give_back([second.id])
    ((first, second),) = await box.claim(5)
    assert (first.payload, first.attempts) == ({"text": "1 bis"}, 2)
    await box.mark_sent(first, 77)
    assert second.payload == {"text": "2"}
    await box.postpone(second, 60.0)
    assert await box.claim(5) == []
    answer = await store.write(lambda connection: box.answer_to(connection, "a", 9))
    assert answer == [("sent", 77), ("pending", None)]
    assert await found(store, select(outbox.c.payload).where(outbox.c.state == "sent")) == [("",)]


@pytest.mark.asyncio
async def test_a_parked_chat_waits_and_the_others_do_not(store: Store) -> None:
    for chat in "ab":
        await store.write(
            lambda c, chat=chat: store.outbox("telegram:1").put(c, chat, [{"text": chat}])
        )
    await store.chats("telegram:1").park("a", 60)
    assert [lane[0].chat for lane in await store.outbox("telegram:1").claim(5)] == ["b"]
    await store.chats("telegram:1").park("a", -1)
    assert [lane[0].chat for lane in await store.outbox("telegram:1").claim(5)] == ["a"]


@pytest.mark.asyncio
async def test_an_answer_that_waits_can_be_withdrawn(store: Store) -> None:
    box = store.outbox("telegram:1")
    await store.write(lambda c: box.put(c, "a", [{"text": "old"}], question=9))
    await store.write(lambda c: box.put(c, "a", [{"text": "other"}], question=10))
    await store.write(lambda c: box.withdraw(c, "a", 9))
    assert [[due.payload for due in lane] for lane in await box.claim(5)] == [[{"text": "other"}]]


@pytest.mark.asyncio
async def test_it_is_remembered_that_a_chat_left_came_back_or_moved(store: Store) -> None:
    where = lambda: store.write(lambda c: store.chats("telegram:1").read_whereabouts(c, "a"))  # noqa: E731
    assert (await where())[:2] == (None, 0)
    await store.chats("telegram:1").record_leaving("a", "blocked")
    assert (await where())[0] is not None
    await store.chats("telegram:1").record_move("a", -100)
    await store.chats("telegram:1").record_return("a")
    assert (await where())[:2] == (None, -100)


@pytest.mark.asyncio
async def test_another_key_is_refused_in_one_line_and_the_right_one_goes_on(
    any_database: Database,
) -> None:
    async with await open_store(any_database) as store:
        await store.inbox("telegram:1").put([arrival(1)])
    with pytest.raises(StoreError, match=r"another key.*PSEUDONYM_KEY") as caught:
        await open_store(any_database, b"another key")
    assert "\n" not in str(caught.value)
    async with await open_store(any_database) as store:
        ((held,),) = await store.inbox("telegram:1").claim(5)
        assert held.payload is not None


def test_a_sealed_text_shows_nothing_and_cannot_be_changed() -> None:
    vault = Vault(b"key")
    sealed = vault.seal({"text": "bonjour é \ud83d"})
    assert vault.open(sealed) == {"text": "bonjour é \ud83d"}
    with pytest.raises(SealError):
        vault.open(sealed[:-4] + "AAA=")


@pytest.mark.asyncio
async def test_only_one_process_serves_from_a_file(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "aiguilleur.db")
    async with await open_store(file) as first:
        await first.inbox("telegram:1").put([arrival(1)])
        await first.take_over()
        assert len(await first.inbox("telegram:1").claim(5)) == 1
        async with await open_store(file) as second:
            with pytest.raises(StoreError, match="another aiguilleur serves"):
                await second.take_over()
    async with await open_store(file) as third:
        await third.take_over()
        assert len(await third.inbox("telegram:1").claim(5)) == 1, (
            "what a dead process held is free"
        )


@pytest.mark.asyncio
async def test_a_server_that_is_not_there_is_told_in_one_line_without_its_password() -> None:
    nowhere = open_database("postgresql://bob:hush@127.0.0.1:1/nothing", None)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="check that the server runs") as caught:
        await open_store(nowhere)
    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)
