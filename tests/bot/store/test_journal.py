from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from sqlalchemy import BigInteger, Column, Integer, event

from bot.conversation.messages import Incoming
from bot.conversation.turns import Feedback, PastTurn
from bot.store import StoreError
from bot.store.column_types import fits
from bot.store.database.patience import Patience
from bot.store.database.sqlite import SqliteFile
from bot.store.database.sqlite_engine import serving_engine
from bot.store.pseudonym import Pseudonym
from bot.store.scrubber import MAX_STORED
from classifier.decision import Candidate, Decision, Target
from tests.fakes.open_store import journal_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.conversation.ports import Journal

ENTRY, DESK = Target("faq", "mot-de-passe-perdu"), Target("desk", "convergence")
FAMILY = Target("outside", "meteo")
CANDIDATES = (Candidate(ENTRY, 0.81), Candidate(DESK, 0.12))
ANSWER = Decision("answer", ENTRY, (), CANDIDATES, 0.81, "model-1")
ROUTE = Decision("route", DESK, (), CANDIDATES, 0.7, "model-1")
DECLINE = Decision("decline", FAMILY, (), CANDIDATES, 0.9, "model-1")
UNANSWERED = Decision("unanswered", None, (DESK,), CANDIDATES, 0.5, "model-1")
CLARIFY = Decision("clarify", None, (ENTRY, DESK), CANDIDATES, 0.4, "model-1")
SHOWN_ANSWER = '{"kind": "answer", "entries": ["mot-de-passe-perdu"], "desks": [], "family": null}'
ASKED = Incoming("telegram", "4242", "J'ai perdu mon mot de passe", update_id=7)
STRANGER = Incoming("telegram", "4343", "Bonjour")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "aiguilleur.db"


@pytest_asyncio.fixture
async def journal(database: Path) -> AsyncIterator[Journal]:
    async with journal_in(database) as opened:
        yield opened


def rows(database: Path, query: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


@pytest.mark.asyncio
async def test_a_turn_is_kept_with_what_was_decided(journal: Journal, database: Path) -> None:
    before = datetime.now(UTC).replace(tzinfo=None)
    number = await journal.record_turn(ASKED, ANSWER, 0.42)
    (row,) = rows(database, "SELECT * FROM turns")
    assert before <= datetime.fromisoformat(row.pop("at")) <= datetime.now(UTC).replace(tzinfo=None)
    assert row == {
        "id": number,
        "channel": "telegram",
        "chat": Pseudonym(b"key").of("telegram", "4242"),
        "update_id": 7,
        "text": "J'ai perdu mon mot de passe",
        "action": "answer",
        "entry": ENTRY.id,
        "desk": None,
        "confidence": 0.81,
        "candidates": '[["faq", "mot-de-passe-perdu", 0.81], ["desk", "convergence", 0.12]]',
        "model": "model-1",
        "latency_ms": 0.42,
        "source": "",
        "family": None,
        "kind": "text",
        "shown": SHOWN_ANSWER,
        "grouped": 0,
        "deferred": None,
    }


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("decision", "target", "offered"),
    [
        (ANSWER, ENTRY, ()),
        (ROUTE, DESK, ()),
        (DECLINE, FAMILY, ()),
        (CLARIFY, None, (0, 1)),
        (UNANSWERED, None, (1,)),
    ],
    ids=["answer", "route", "decline", "clarify", "unanswered"],
)
async def test_a_past_turn_is_remembered(
    journal: Journal, decision: Decision, target: Target | None, offered: tuple[int, ...]
) -> None:
    number = await journal.record_turn(ASKED, decision, 1.0)
    said = (Feedback("choice", DESK), Feedback("useful", DESK, "no"), Feedback("human", FAMILY))
    for one in said:
        await journal.record_feedback(number, one)
    past = PastTurn(number, (ENTRY, DESK), target, said, offered)
    assert await journal.past_turn(ASKED, number) == past


@pytest.mark.asyncio
async def test_what_was_shown_beside_the_candidates_is_remembered_after_them(
    journal: Journal,
) -> None:
    other = Target("desk", "interop")
    number = await journal.record_turn(ASKED, replace(ANSWER, beside=other), 1.0)
    past = await journal.past_turn(ASKED, number)
    assert past is not None
    assert past.candidates == (ENTRY, DESK, other)


@pytest.mark.asyncio
async def test_a_turn_of_another_chat_is_not_shown(journal: Journal) -> None:
    number = await journal.record_turn(ASKED, ANSWER, 1.0)
    elsewhere = Incoming("terminal", ASKED.chat)
    assert await journal.past_turn(STRANGER, number) is None
    assert await journal.past_turn(elsewhere, number) is None


@pytest.mark.asyncio
@pytest.mark.parametrize("number", [0, -1, 999, 2**63, -(10**40)])
async def test_an_unknown_turn_is_none(journal: Journal, number: int) -> None:
    await journal.record_turn(ASKED, ANSWER, 1.0)
    assert await journal.past_turn(ASKED, number) is None


async def clicks(journal: Journal, incoming: Incoming, *said: Feedback) -> None:
    for one in said:
        number = await journal.record_turn(incoming, ANSWER, 1.0)
        await journal.record_feedback(number, one)


NO, YES, NONE, HUMAN, CHOICE = (
    Feedback("useful", ENTRY, "no"), Feedback("useful", ENTRY, "yes"), Feedback("none"),
    Feedback("human", ENTRY, "convergence"), Feedback("choice", DESK),
)  # fmt: skip


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("said", "misses"),
    [
        ([], 0),
        ([NO], 1),
        ([NO, NONE], 2),
        ([NO, CHOICE, NONE, CHOICE], 2),
        ([NO, NO, YES], 0),
        ([NO, HUMAN, NO], 1),
        ([YES, NONE, NO, NO], 3),
        ([CHOICE], 0),
    ],
)
async def test_misses_are_counted_in_a_row(
    journal: Journal, said: list[Feedback], misses: int
) -> None:
    await clicks(journal, STRANGER, NO, NO)
    await clicks(journal, ASKED, *said)
    await clicks(journal, STRANGER, YES)
    assert await journal.misses_in_a_row(ASKED) == misses


@pytest.mark.asyncio
async def test_nothing_personal_is_written_anywhere(journal: Journal, database: Path) -> None:
    personal = "Mme Durand, 06 12 34 56 78, jeanne.durand@exemple.fr"
    await journal.record_turn(Incoming("telegram", "987654321", personal), ANSWER, 1.0)
    files = b"".join(file.read_bytes() for file in database.parent.iterdir())
    for secret in (b"Durand", b"12 34 56", b"jeanne", b"987654321"):
        assert secret not in files
    assert b"[courriel]" in files


@pytest.mark.asyncio
@pytest.mark.parametrize("length", [MAX_STORED, MAX_STORED + 1, 10_000, 1_000_000])
async def test_long_texts_are_cut_with_a_mark(
    journal: Journal, database: Path, length: int
) -> None:
    await journal.record_turn(Incoming("web", "1", "é" * length), ANSWER, 1.0)
    (row,) = rows(database, "SELECT text FROM turns")
    assert len(row["text"]) == MAX_STORED
    assert row["text"].endswith("…") == (length > MAX_STORED)


@pytest.mark.asyncio
@pytest.mark.parametrize("before", range(4_170, 4_201, 5))
async def test_a_cut_leaves_no_half_of_an_identifier(
    journal: Journal, database: Path, before: int
) -> None:
    names = ("Mme " + "A" * 1_000 + " ") * 5
    text = names[: before - 1] + " 06 12 34 56 78"
    await journal.record_turn(Incoming("web", "1", text), ANSWER, 1.0)
    (row,) = rows(database, "SELECT text FROM turns")
    assert "06" not in row["text"]


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["\ud83d", "a\0b", "'; DROP TABLE turns; --", "", "🙂" * 50])
async def test_any_text_can_be_stored(journal: Journal, database: Path, text: str) -> None:
    odd = Incoming("web", "\ud83d", text, update_id=2**70)
    number = await journal.record_turn(odd, ANSWER, 1.0)
    assert await journal.past_turn(odd, number)
    (row,) = rows(database, "SELECT update_id FROM turns")
    assert row["update_id"] is None


@pytest.mark.asyncio
async def test_what_was_recorded_is_there_after_a_restart(database: Path) -> None:
    async with journal_in(database) as first:
        number = await first.record_turn(ASKED, ANSWER, 1.0)
    async with journal_in(database) as second:
        assert await second.past_turn(ASKED, number)


@pytest.mark.asyncio
async def test_numbers_are_not_used_again_after_a_purge(journal: Journal, database: Path) -> None:
    number = await journal.record_turn(ASKED, ANSWER, 1.0)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM turns")
    assert await journal.record_turn(ASKED, ANSWER, 1.0) > number


@pytest.mark.asyncio
async def test_a_click_on_an_unknown_turn_is_refused_in_one_line(journal: Journal) -> None:
    with pytest.raises(StoreError, match="nothing was written") as caught:
        await journal.record_feedback(99, Feedback("useful", ENTRY, "yes"))
    assert "\n" not in str(caught.value)


@pytest.mark.asyncio
async def test_turns_recorded_together_all_get_their_number(journal: Journal) -> None:
    asked = [replace(ASKED, update_id=number) for number in range(100)]
    numbers = await asyncio.gather(*(journal.record_turn(one, ANSWER, 1.0) for one in asked))
    assert len(set(numbers)) == 100


@pytest.mark.asyncio
async def test_the_journal_waits_while_another_program_writes(
    journal: Journal, database: Path
) -> None:
    locked = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            locked.set()
            time.sleep(0.5)
            other.execute("COMMIT")

    holder = threading.Thread(target=hold)
    holder.start()
    await asyncio.to_thread(locked.wait)
    asked = [replace(ASKED, update_id=number) for number in range(5)]
    numbers = await asyncio.gather(*(journal.record_turn(one, ANSWER, 1.0) for one in asked))
    holder.join()
    assert len(set(numbers)) == 5


@pytest.mark.asyncio
async def test_a_lock_that_lasts_is_told_and_forgotten(journal: Journal, database: Path) -> None:
    async with journal_in(HastyFile(database)) as hasty:
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="another program holds it"):
                await hasty.record_turn(ASKED, ANSWER, 1.0)
            other.execute("ROLLBACK")
        assert await hasty.record_turn(ASKED, ANSWER, 1.0)
    assert await journal.misses_in_a_row(ASKED) == 0


class HastyFile(SqliteFile):
    """A database whose lock is not waited for."""

    def serving(self) -> AsyncEngine:
        return serving_engine(Path(self.name), Patience(0.05))


class FullDisk(SqliteFile):
    """A database that cannot grow any more."""

    def serving(self) -> AsyncEngine:
        engine = serving_engine(Path(self.name))

        @event.listens_for(engine.sync_engine, "connect")
        def limit(connection: sqlite3.Connection, _record: object) -> None:
            connection.cursor().execute("PRAGMA max_page_count = 1")

        return engine


async def fill_up(journal: Journal) -> None:
    for _ in range(50):
        await journal.record_turn(Incoming("web", "1", "secret " * 500), ANSWER, 1.0)


@pytest.mark.asyncio
async def test_a_full_disk_is_told_without_the_text_and_loses_nothing(
    journal: Journal, database: Path
) -> None:
    kept = await journal.record_turn(ASKED, ANSWER, 1.0)
    async with journal_in(FullDisk(database)) as crowded:
        with pytest.raises(StoreError, match="free some space") as caught:
            await fill_up(crowded)
        assert "secret" not in str(caught.value)
        assert "secret" not in str(caught.value.__cause__)
    assert await journal.past_turn(ASKED, kept)
    assert rows(database, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]


@pytest.mark.asyncio
async def test_the_file_is_safe_against_power_loss_and_keeps_no_deleted_text(
    database: Path, journal: Journal
) -> None:
    await journal.record_turn(ASKED, ANSWER, 1.0)
    engine = serving_engine(database)
    found = {}
    async with engine.connect() as connection:
        for pragma in ("journal_mode", "synchronous", "secure_delete", "foreign_keys"):
            value = await connection.exec_driver_sql(f"PRAGMA {pragma}")
            found[pragma] = value.scalar_one()
    await engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    modes = {stat.S_IMODE(file.stat().st_mode) for file in database.parent.iterdir()}
    assert modes == {0o600}


def test_a_number_is_kept_where_its_column_can_hold_it() -> None:
    narrow, wide = Column("n", Integer), Column("n", BigInteger)
    assert fits(2**31 - 1, narrow)
    assert not fits(2**31, narrow)
    assert not fits(-(2**31), narrow)
    assert fits(2**63 - 1, wide)
    assert not fits(2**63, wide)
    assert not fits(None, wide)
