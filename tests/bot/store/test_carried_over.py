"""Turns and feedback of the schema before are read as they were meant, on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import func, select, text

from bot.analytics.reports import figures
from bot.conversation.messages import Incoming
from bot.conversation.turns import Feedback
from bot.store.database.migrate import SCRIPTS, run_migrations
from bot.store.pseudonym import Pseudonym
from bot.store.tables import feedback, turns
from classifier.decision import Target
from tests.fakes.open_store import KEY, OneByOne, found, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.store.database.database import Database

BEFORE = "0003"
CANDIDATES = [
    ["faq", "velo", 0.4],
    ["desk", "atelier", 0.3],
    ["faq", "tarif", 0.2],
    ["faq", "casque", 0.1],
]
ASKED = Incoming("web", "1", "mon vélo")
AT = datetime(2026, 1, 2, 3, 4, 5, 600_000, tzinfo=UTC)
BIKE, FARE, DESK = Target("faq", "velo"), Target("faq", "tarif"), Target("desk", "atelier")

TURN = text(
    "INSERT INTO turns (at, channel, chat, text, action, entry, desk, confidence, candidates,"
    " model, latency_ms)"
    " VALUES (:at, 'web', :chat, 'mot', :action, :entry, :desk, 0.5, :candidates, 'm', 1.0)"
)
SAID = text("INSERT INTO feedback (at, turn_id, kind, value) VALUES (:at, :turn, :kind, :value)")


class Old:
    """Writes what the version before wrote.

    Args:
        connection: in the transaction of a database with its schema.
        chat: the pseudonym of whoever talks.
    """

    def __init__(self, connection: Connection, chat: str) -> None:
        self.connection = connection
        self.chat = chat
        self.turns = 0

    def turn(self, action: str, entry: str | None = None, desk: str | None = None) -> None:
        """One message."""
        self.turns += 1
        row = {"action": action, "entry": entry, "desk": desk, "chat": self.chat}
        self.connection.execute(
            TURN, {**row, "at": self._stored(AT), "candidates": json.dumps(CANDIDATES)}
        )

    def said(self, kind: str, value: str, seconds: float = 9.0) -> None:
        """What is said of it, so many seconds later."""
        row = {"turn": self.turns, "kind": kind, "value": value}
        at = self._stored(AT + timedelta(seconds=seconds))
        self.connection.execute(SAID, {**row, "at": at})

    def _stored(self, at: datetime) -> Any:  # noqa: ANN401 - as the database takes it
        sqlite = self.connection.dialect.name == "sqlite"
        return at.strftime("%Y-%m-%d %H:%M:%S.%f") if sqlite else at


def a_journal(old: Old) -> None:
    """Eight turns with all that could be said of them."""
    old.turn("answer", entry="velo")  # 1: the answer is judged, then another one
    old.said("useful", "no")
    old.said("choice", "faq:tarif")
    old.said("useful", "no")
    old.turn("clarify")  # 2: a suggestion is chosen and judged
    old.said("none", "")
    old.said("choice", "faq:tarif")
    old.said("useful", "no")
    old.said("human", "atelier")
    old.turn("route", desk="atelier")  # 3: the desk is the wrong one
    old.said("useful", "no")
    old.said("choice", "desk:atelier")
    old.turn("decline")  # 4
    old.said("human", "")
    old.turn("answer", entry="velo")  # 5: a wish for a person, in words
    old.said("human", "", seconds=0.02)
    old.turn("answer", entry="velo")  # 6: the same by a button
    old.said("human", "")
    old.turn("clarify")  # 7: a choice that no version wrote
    old.said("choice", "0")
    old.said("useful", "yes")
    old.turn("something else")  # 8


async def write_before(database: Database, write: Callable[[Old], None] = a_journal) -> None:
    """A database that the version before has filled."""
    if database.path is not None:
        database.path.touch()

    def work(connection: Connection) -> None:
        run_migrations(connection, _config(), BEFORE)
        write(Old(connection, Pseudonym(KEY).of(ASKED.channel, ASKED.chat)))

    engine = database.serving()
    async with engine.begin() as connection:
        await connection.run_sync(work)
    await engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return config


def shown(kind: str, *entries: str, desk: str = "", **more: object) -> dict[str, Any]:
    desks = [desk] if desk else []
    return {"kind": kind, "entries": list(entries), "desks": desks, "family": None, **more}


@pytest.mark.asyncio
async def test_every_feedback_is_about_what_was_shown_when_it_was_given(
    any_database: Database,
) -> None:
    await write_before(any_database)
    said = select(feedback.c.turn_id, feedback.c.kind, feedback.c.about, feedback.c.value)
    async with await open_store(any_database) as store:
        rows = await found(store, said.order_by(feedback.c.id))
    assert rows == [
        (1, "useful", "entry:velo", "no"),
        (1, "choice", "entry:tarif", ""),
        (1, "useful", "entry:tarif", "no"),
        (2, "none", None, ""),
        (2, "choice", "entry:tarif", ""),
        (2, "useful", "entry:tarif", "no"),
        (2, "human", "entry:tarif", "atelier"),
        (3, "useful", "desk:atelier", "no"),
        (3, "choice", "desk:atelier", ""),
        (4, "human", None, ""),
        (5, "human", None, ""),
        (6, "human", "entry:velo", ""),
        (7, "choice", None, "0"),
        (7, "useful", None, "yes"),
    ]


@pytest.mark.asyncio
async def test_what_was_shown_is_told_as_well_as_it_can_be_known(any_database: Database) -> None:
    await write_before(any_database)
    suggested = shown("suggestions", "velo", "tarif", desk="atelier", estimated=True)
    async with await open_store(any_database) as store:
        rows = await found(store, select(turns.c.kind, turns.c.shown).order_by(turns.c.id))
    assert {kind for kind, _ in rows} == {"text"}
    assert [told for _, told in rows] == [
        shown("answer", "velo"),
        suggested,
        shown("desks", desk="atelier"),
        shown("decline"),
        shown("contacts"),
        shown("answer", "velo"),
        suggested,
        shown("unknown"),
    ]


@pytest.mark.asyncio
async def test_nothing_else_of_a_turn_is_changed(any_database: Database) -> None:
    await write_before(any_database)
    names = ("at", "action", "entry", "desk", "confidence", "candidates", "model", "latency_ms")
    async with await open_store(any_database) as store:
        rows = await found(store, select(*(turns.c[name] for name in names)))
    assert rows[2] == (AT, "route", None, "atelier", 0.5, CANDIDATES, "m", 1.0)
    assert len(rows) == 8


@pytest.mark.asyncio
async def test_an_old_turn_goes_on_where_it_was(any_database: Database) -> None:
    await write_before(any_database)
    async with await open_store(any_database) as store:
        journal = OneByOne(store)
        past = await journal.past_turn(ASKED, 1)
        assert past.displayed == (BIKE, FARE)
        assert past.candidates == (BIKE, DESK, FARE, Target("faq", "casque"))
        assert Feedback("useful", FARE, "no") in past.feedback
        assert await journal.misses_in_a_row(ASKED) == 0
        assert (await journal.read_turns(ASKED, 1))[1][0].kind == "text"


@pytest.mark.asyncio
async def test_the_report_charges_the_entry_that_was_judged_before(any_database: Database) -> None:
    await write_before(any_database)
    await any_database.upgrade()
    report = await figures(any_database)
    assert report.useless == (("tarif", 2, 2), ("velo", 1, 1))
    assert report.asked == (("velo", 2),), "a wish for a person is no answer"


@pytest.mark.asyncio
async def test_more_turns_than_fit_into_one_batch_are_all_carried_over(
    any_database: Database,
) -> None:
    def many(old: Old) -> None:
        for number in range(2_100):
            old.turn("answer", entry="velo")
            if number % 3 == 0:
                old.said("useful", "no")

    await write_before(any_database, many)
    async with await open_store(any_database) as store:
        answers = select(func.count()).where(turns.c.shown["kind"].as_string() == "answer")
        judged = select(func.count()).where(feedback.c.about == "entry:velo")
        assert await found(store, answers) == [(2_100,)]
        assert await found(store, judged) == [(700,)]


@pytest.mark.asyncio
async def test_numbers_used_before_are_not_used_again(any_database: Database) -> None:
    def purged(old: Old) -> None:
        for _ in range(5):
            old.turn("decline")
        old.connection.execute(text("DELETE FROM turns WHERE id > 1"))

    await write_before(any_database, purged)
    async with await open_store(any_database) as store:
        assert await OneByOne(store).record_turn(ASKED, None, 0.0) == 6


@pytest.mark.asyncio
async def test_a_process_of_the_version_before_can_still_write(shared: Database) -> None:
    await shared.upgrade()
    engine = shared.serving()
    async with engine.begin() as connection:
        chat = Pseudonym(KEY).of(ASKED.channel, ASKED.chat)
        await connection.run_sync(lambda sync: a_journal(Old(sync, chat)))
    await engine.dispose()
    async with await open_store(shared) as store:
        past = await OneByOne(store).past_turn(ASKED, 1)
    assert (past.target, past.candidates[0]) == (None, BIKE)


@pytest.mark.asyncio
async def test_the_way_back_leaves_what_the_version_before_can_read(any_database: Database) -> None:
    await write_before(any_database)
    async with await open_store(any_database) as store:
        await OneByOne(store).record_turn(Incoming("web", "1", kind="photo"), None, 0.0)

    def back(connection: Connection) -> list[tuple[Any, ...]]:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)
        said = text("SELECT turn_id, kind, value FROM feedback ORDER BY id")
        return [tuple(row) for row in connection.execute(said)]

    engine = any_database.serving()
    async with engine.begin() as connection:
        rows = await connection.run_sync(back)
        number = (await connection.execute(text("SELECT count(*) FROM turns"))).scalar_one()
    await engine.dispose()
    assert rows[1] == (1, "choice", "faq:tarif")
    assert rows[8] == (3, "choice", "desk:atelier")
    assert number == 8
