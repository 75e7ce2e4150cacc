"""What is kept of a person is shown whole, erased to the last byte, and gone in time."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import func, select, update

from bot.conversation.messages import Incoming, Paragraph, Reply
from bot.conversation.turns import Feedback
from bot.ops.settings import Settings
from bot.service import personal_data, retention
from bot.service.retention import keep_purging, purge_now
from bot.store import StoreError
from bot.store.boxes.inbox import Arrival
from bot.store.database.compact import compact
from bot.store.database.sqlite import SqliteFile
from bot.store.person import erase, everything_about
from bot.store.tables import chats, feedback, inbox, outbox, purges, turns
from classifier.decision import Candidate, Decision, Target
from tests.fakes.open_store import KEY, OneByOne, found, open_store
from tests.fakes.raw_bytes import bytes_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Table

    from bot.store.database.database import Database
    from bot.store.store import Store

VELO = Target("faq", "velo")
ANSWER = Decision("answer", VELO, (), (Candidate(VELO, 0.9),), 0.9, "model-1")
HERS, HIS = "424242001", "-100777"
WORDS = "zebulon-hortensia"
LATER = timedelta(days=1000)


@pytest_asyncio.fixture
async def store(any_database: Database) -> AsyncIterator[Store]:
    async with await open_store(any_database) as opened:
        yield opened


def said(chat: str, number: int, text: str = WORDS) -> Incoming:
    return Incoming("telegram", chat, f"{text} {number}", update_id=number)


def named(store: Store, chat: str) -> str:
    return store.pseudonym.of("telegram", chat)


async def talk(store: Store, chat: str, *numbers: int) -> None:
    """Everything that a few messages leave behind, some of it still under way."""
    journal, name = OneByOne(store), named(store, chat)
    theirs = store.boxes("telegram:1")
    box = theirs.inbox
    for number in numbers:
        turn = await journal.record_turn(said(chat, number), ANSWER, 1.0)
        await journal.record_feedback(turn, Feedback("useful", VELO, "no"))
        payload = {"chat": int(chat), "text": f"{WORDS} {number}"}
        await box.put([Arrival(number, name, payload)])
        await store.write(lambda c, p=payload, n=number: theirs.outbox.put(c, name, [p], n))
        await say_on_the_web(store, chat, number)
    await theirs.chats.park(name, 60)
    await theirs.chats.record_move(name, 12)
    await store.write(lambda c: theirs.chats.remember_address(c, name, int(chat)))


async def say_on_the_web(store: Store, chat: str, number: int) -> None:
    """A question and its reply in a thread; of the same chat, to try all tables at once."""
    thread, reply = store.thread("telegram"), Reply((Paragraph(f"{WORDS} {number}"),))
    await store.write(lambda c: thread.put(c, said(chat, number), f"{WORDS} {number}", reply))


async def count(store: Store, table: Table) -> int:
    return int((await found(store, select(func.count()).select_from(table)))[0][0])


async def kept_of(store: Store, chat: str) -> dict[str, Any]:
    name = named(store, chat)
    return await store.write(lambda c: everything_about(c, store.vault, name))


@pytest.mark.asyncio
async def test_everything_about_a_person_is_shown_and_nothing_of_another(store: Store) -> None:
    await talk(store, HERS, 1, 2)
    await talk(store, HIS, 3)
    kept = await kept_of(store, HERS)
    assert {table: len(found) for table, found in kept.items() if found} == {
        "turns": 2,
        "feedback": 2,
        "inbox": 2,
        "outbox": 2,
        "messages": 4,
        "chats": 1,
    }
    assert [turn["text"] for turn in kept["turns"]] == [f"{WORDS} 1", f"{WORDS} 2"]
    assert kept["inbox"][0]["payload"] == {"chat": int(HERS), "text": f"{WORDS} 1"}
    assert kept["outbox"][1]["payload"]["text"] == f"{WORDS} 2"
    assert kept["messages"][2]["payload"] == {"text": f"{WORDS} 2", "choice": ""}
    assert kept["messages"][3]["payload"]["reply"]["paragraphs"][0]["text"] == f"{WORDS} 2"
    assert kept["chats"][0]["moved_to"] == {"chat": 12}
    assert kept["chats"][0]["address"] == {"chat": int(HERS)}
    assert kept["feedback"][0]["value"] == "no"


@pytest.mark.asyncio
async def test_erasing_leaves_what_can_be_counted_and_leads_to_nobody(store: Store) -> None:
    await talk(store, HERS, 1, 2)
    await talk(store, HIS, 3)
    assert await store.write(lambda c: erase(c, named(store, HERS))) == 2
    await compact(store.database)
    assert all(not found for found in (await kept_of(store, HERS)).values())
    assert await count(store, turns) == 3
    assert await count(store, feedback) == 3
    assert await found(store, select(turns.c.text).where(turns.c.id < 3)) == [("",), ("",)]
    assert {t: len(f) for t, f in (await kept_of(store, HIS)).items() if f} == {
        **dict.fromkeys(("turns", "feedback", "inbox", "outbox", "chats"), 1),
        "messages": 2,
    }


@pytest.mark.asyncio
async def test_erasing_leaves_no_number_that_leads_back_and_still_knows_an_update(
    store: Store,
) -> None:
    await talk(store, HERS, 1)
    theirs = store.boxes("telegram:1")
    box = theirs.inbox
    ((held,),) = await box.claim(1)
    await theirs.chats.park(named(store, HERS), -1)
    ((due,),) = await theirs.outbox.claim(1)
    await theirs.outbox.mark_sent(due, 77)
    await store.write(lambda c: box.mark_done(c, held))
    await store.write(lambda c: store.journal(c).forget(said(HERS, 2)))
    left = select(outbox.c.chat, outbox.c.question, outbox.c.message_id, outbox.c.payload)
    assert await found(store, left) == [("", None, None, "")]
    assert await found(store, select(inbox.c.chat, inbox.c.update_id)) == [("", 1)]
    await box.put([Arrival(1, named(store, HERS), {"text": WORDS})])
    assert await box.claim(1) == []


@pytest.mark.asyncio
async def test_what_people_wrote_is_emptied_first_and_figures_later(store: Store) -> None:
    await talk(store, HERS, 1, 2)
    settings, now = Settings(retention_text_days=90, retention_turns_days=395), datetime.now(UTC)
    assert sum((await purge_now(store, settings, now)).values()) == 0
    counts = await purge_now(store, settings, now + timedelta(days=91))
    assert (counts["texts"], counts["turns"], counts["inbox"], counts["outbox"]) == (2, 0, 2, 2)
    assert (counts["messages"], counts["addresses"]) == (4, 1)
    assert await found(store, select(turns.c.text)) == [("",), ("",)]
    counts = await purge_now(store, settings, now + timedelta(days=396))
    assert (counts["texts"], counts["turns"]) == (0, 2)
    assert counts["chats"] == 1
    for table in (turns, feedback, inbox, outbox, chats):
        assert await count(store, table) == 0


@pytest.mark.asyncio
async def test_a_purge_is_proved_without_content(store: Store) -> None:
    await talk(store, HERS, 1)
    now = datetime.now(UTC) + timedelta(days=91)
    await purge_now(store, Settings(), now)
    await purge_now(store, Settings(), now)
    noted = await found(store, select(purges.c.at, purges.c.what, purges.c.rows))
    assert [(what, number) for _, what, number in noted] == [
        ("texts", 1),
        ("inbox", 1),
        ("outbox", 1),
        ("addresses", 1),
        ("messages", 2),
        ("all", 6),
        ("all", 0),
    ]
    assert {at for at, _, _ in noted} == {now}


@pytest.mark.asyncio
async def test_an_update_is_recognised_for_a_week_after_it_was_answered(store: Store) -> None:
    await talk(store, HERS, 1)
    await store.write(lambda c: c.execute(update(inbox).values(state="done", payload="")))
    now = datetime.now(UTC)
    assert (await purge_now(store, Settings(), now + timedelta(days=6)))["inbox"] == 0
    assert (await purge_now(store, Settings(), now + timedelta(days=8)))["inbox"] == 1


@pytest.mark.asyncio
async def test_what_is_under_way_is_not_purged_before_its_time(store: Store) -> None:
    await talk(store, HERS, 1)
    counts = await purge_now(store, Settings(), datetime.now(UTC) + timedelta(hours=23))
    assert sum(counts.values()) == 0


@pytest.mark.asyncio
async def test_a_whole_message_is_not_kept_longer_than_a_day_whatever_became_of_it(
    store: Store,
) -> None:
    await talk(store, HERS, 1, 2)
    box = store.inbox("telegram:1")
    ((first, _),) = await box.claim(1)
    await box.quarantine(first, "it cannot be read")
    await box.leases.release()
    counts = await purge_now(store, Settings(), datetime.now(UTC) + timedelta(days=2))
    assert (counts["late updates"], counts["late messages"], counts["texts"]) == (2, 2, 0)
    payloads = select(inbox.c.payload).union_all(select(outbox.c.payload))
    assert set(await found(store, payloads)) == {("",)}
    assert await found(store, select(inbox.c.state, inbox.c.reason).order_by(inbox.c.id)) == [
        ("quarantined", "it cannot be read"),
        ("quarantined", "it waited for more than a day"),
    ]
    assert set(await found(store, select(outbox.c.state))) == {("dropped",)}
    assert await box.claim(1) == []
    again = await purge_now(store, Settings(), datetime.now(UTC) + timedelta(days=3))
    assert sum(again.values()) == 0


@pytest.mark.asyncio
async def test_what_is_being_worked_on_is_left_to_who_holds_it(store: Store) -> None:
    await talk(store, HERS, 1)
    box = store.inbox("telegram:1")
    await store.write(lambda c: c.execute(update(inbox).values(at=datetime.now(UTC) - LATER / 20)))
    ((held,),) = await box.claim(1)
    assert (await purge_now(store, Settings()))["late updates"] == 0
    await store.write(lambda c: box.mark_done(c, held))


@pytest.mark.asyncio
async def test_without_texts_what_is_sealed_goes_after_a_day(store: Store) -> None:
    await talk(store, HERS, 1)
    now = datetime.now(UTC)
    settings = Settings(retention_text_days=0)
    assert (await purge_now(store, settings, now + timedelta(hours=1)))["texts"] == 1
    assert (await purge_now(store, settings, now + timedelta(days=2)))["inbox"] == 1


@pytest.mark.asyncio
async def test_while_serving_it_is_purged_at_once_and_until_told_to_stop(store: Store) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(keep_purging(store, Settings(), stop))
    while not await count(store, purges):  # noqa: ASYNC110 - the database rings no bell
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(task, 10)


@pytest.mark.asyncio
async def test_a_purge_that_fails_is_tried_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, tries = asyncio.Event(), 0

    async def fail(*_: object, **__: object) -> None:
        nonlocal tries
        tries += 1
        if tries == 2:
            stop.set()
        raise StoreError("the disk is full")

    monkeypatch.setattr(retention, "purge_now", fail)
    monkeypatch.setattr(retention, "MINUTE", 0.001)
    await asyncio.wait_for(keep_purging(store, Settings(), stop), 10)
    assert tries == 2
    assert "the disk is full" in caplog.text


@pytest.mark.asyncio
async def test_the_bytes_of_what_was_erased_while_serving_go_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MINUTE", 0.02)
    monkeypatch.setattr(retention, "HOUR", LATER)
    monkeypatch.setattr(retention, "DAY", LATER)
    stop = asyncio.Event()
    async with await open_store(SqliteFile(tmp_path / "aiguilleur.db")) as store:
        task = asyncio.create_task(keep_purging(store, Settings(), stop))
        while not await count(store, purges):  # noqa: ASYNC110 - the database rings no bell
            await asyncio.sleep(0.01)
        journal = OneByOne(store)
        await journal.record_turn(said(HERS, 1), ANSWER, 1.0)
        assert WORDS.encode() in bytes_in(tmp_path)
        await journal.forget(said(HERS, 2))
        async with asyncio.timeout(30):
            while WORDS.encode() in bytes_in(tmp_path):  # noqa: ASYNC110 - nor do files
                await asyncio.sleep(0.05)
        stop.set()
        await asyncio.wait_for(task, 10)


@pytest.mark.asyncio
async def test_bytes_that_a_killed_process_left_go_at_the_start_though_the_purge_waits(
    tmp_path: Path,
) -> None:
    stop = asyncio.Event()
    database = SqliteFile(tmp_path / "aiguilleur.db")
    async with await open_store(database) as store, await open_store(database) as other:
        await OneByOne(store).record_turn(said(HERS, 1), ANSWER, 1.0)
        await OneByOne(store).forget(said(HERS, 2))
        assert WORDS.encode() in bytes_in(tmp_path)
        task = asyncio.create_task(keep_purging(other, Settings(), stop, first=3600))
        async with asyncio.timeout(30):
            while WORDS.encode() in bytes_in(tmp_path):  # noqa: ASYNC110 - files ring no bell
                await asyncio.sleep(0.01)
        assert await count(store, purges) == 0
        stop.set()
        await asyncio.wait_for(task, 10)


@pytest.mark.asyncio
async def test_room_is_given_back_without_writing_the_file_anew(tmp_path: Path) -> None:
    await a_long_talk(tmp_path)
    file = tmp_path / "aiguilleur.db"
    async with await open_store(SqliteFile(file)) as store:
        await compact(store.database, whole=False)
        before, inode = file.stat().st_size, file.stat().st_ino
        await purge_now(store, Settings(), datetime.now(UTC) + LATER)
        assert file.stat().st_size < before * 0.85
        assert file.stat().st_ino == inode


async def a_long_talk(folder: Path) -> None:
    async with await open_store(SqliteFile(folder / "aiguilleur.db")) as store:
        journal = OneByOne(store)
        for number in range(200):
            await journal.record_turn(said(HERS, number, WORDS * 10), ANSWER, 1.0)
        await talk(store, HIS, 1000)


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["erased", "purged"])
async def test_no_byte_of_what_is_gone_is_left_while_others_read(tmp_path: Path, how: str) -> None:
    await a_long_talk(tmp_path)
    database = SqliteFile(tmp_path / "aiguilleur.db")
    async with await open_store(database) as store, await open_store(database) as serving:
        before = bytes_in(tmp_path)
        assert before.count(WORDS.encode()) >= 2000
        assert named(store, HERS).encode() in before
        assert await count(serving, turns) == 201  # its connection stays open
        if how == "erased":
            await store.write(lambda c: erase(c, named(store, HERS)))
            await compact(database)
            left = bytes_in(tmp_path)
            assert named(store, HERS).encode() not in left
            assert left.count(WORDS.encode()) == 1  # the other person's
        else:
            await purge_now(store, Settings(), datetime.now(UTC) + LATER)
            left = bytes_in(tmp_path)
            assert WORDS.encode() not in left
            assert named(store, HIS).encode() not in left
        assert HERS.encode() not in left


@pytest.mark.asyncio
async def test_emptying_the_log_alone_is_enough_for_the_bytes(tmp_path: Path) -> None:
    await a_long_talk(tmp_path)
    database = SqliteFile(tmp_path / "aiguilleur.db")
    async with await open_store(database) as store:
        await store.write(lambda c: erase(c, named(store, HERS)))
        await compact(database, whole=False)
        assert bytes_in(tmp_path).count(WORDS.encode()) == 1


def settings_in(folder: Path) -> Settings:
    # The key of these tests is shorter than one that may be set.
    return Settings(data_dir=folder).model_copy(update={"pseudonym_key": SecretStr(KEY.decode())})


@pytest.mark.asyncio
async def test_the_export_is_whole_and_the_erasure_is_too(tmp_path: Path) -> None:
    await a_long_talk(tmp_path)
    settings = settings_in(tmp_path)
    data = json.loads(await personal_data.export(settings, "telegram", HERS))
    assert data["rows"]["turns"] == len(data["turns"]) == 200
    assert data["chat"] == HERS
    assert data["turns"][0]["text"].startswith(WORDS)
    (tmp_path / "aiguilleur.db.before-0002.bak").write_text("old")
    told = await personal_data.forget(settings, "telegram", HERS)
    assert told[0].startswith("forgotten: 200 turns")
    assert "before-0002.bak" in told[1]
    again = json.loads(await personal_data.export(settings, "telegram", HERS))
    assert set(again["rows"].values()) == {0}
    assert (await personal_data.forget(settings, "telegram", HERS))[0].startswith(
        "forgotten: 0 turns"
    )


@pytest.mark.asyncio
async def test_nothing_is_made_where_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing is kept"):
        await personal_data.export(settings_in(tmp_path), "telegram", HERS)
    assert list(tmp_path.iterdir()) == []
