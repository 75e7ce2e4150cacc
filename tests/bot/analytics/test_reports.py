from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.analytics.reports import figures, render
from bot.conversation.messages import Incoming
from bot.conversation.turns import CONTACTS, Feedback
from bot.store import StoreError
from bot.store.database.migrate import upgrade
from bot.store.database.sqlite import SqliteFile
from classifier.decision import Decision, Target
from tests.fakes.open_store import journal_in

if TYPE_CHECKING:
    from pathlib import Path

    from bot.conversation.ports import Journal
    from bot.store.database.database import Database

ASKED = Incoming("web", "1", "bonjour")
BIKE, FARE, DESK = Target("faq", "velo"), Target("faq", "tarif"), Target("desk", "atelier")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "aiguilleur.db"


def files(database: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in database.parent.iterdir()}


def damage(database: Path) -> None:
    database.write_bytes(b"not a database at all, whatever its name says" * 100)


async def answered(journal: Journal, entry: str, *said: str, latency: float = 1.0) -> None:
    decision = Decision("answer", Target("faq", entry), (), (), 0.9, "m")
    number = await journal.record_turn(ASKED, decision, latency)
    for value in said:
        await journal.record_feedback(number, Feedback("useful", Target("faq", entry), value))


async def routed(journal: Journal, desk: str) -> None:
    await journal.record_turn(ASKED, Decision("route", Target("desk", desk), (), (), 0.9, "m"), 1.0)


async def fill(database: Path) -> None:
    async with journal_in(database) as journal:
        await answered(journal, "compte", "no", "no", latency=9.0)
        await answered(journal, "compte", "yes", latency=3.0)
        await answered(journal, "compte", "yes", latency=2.0)
        await answered(journal, "carte", "no")
        await answered(journal, "bien", "yes")
        await answered(journal, "muet")
        await routed(journal, "ecps")
        await journal.record_turn(ASKED, Decision("decline", None, (), (), 0.9, "m"), 1.0)


@pytest.mark.asyncio
async def test_the_figures_are_those_of_the_journal(database: Path) -> None:
    await fill(database)
    report = await figures(SqliteFile(database))
    assert report.span.turns == 8
    assert report.actions == (("answer", 6), ("decline", 1), ("route", 1))
    assert report.desks == (("ecps", 1),)
    assert report.asked == (("compte", 3), ("bien", 1), ("carte", 1), ("muet", 1))
    assert report.useless == (("carte", 1, 1), ("compte", 1, 3))
    assert report.median_latency_ms == 1.0


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("latencies", "median"),
    [([5.0], 5.0), ([9.0, 1.0], 5.0), ([3.0, 1.0, 2.0], 2.0), ([0.0, 0.0, 3.0, 5.0], 4.0)],
)
async def test_the_median_is_that_of_the_latencies(
    database: Path, latencies: list[float], median: float
) -> None:
    async with journal_in(database) as journal:
        for latency in latencies:
            await answered(journal, "compte", latency=latency)
    assert (await figures(SqliteFile(database))).median_latency_ms == median


@pytest.mark.asyncio
async def test_only_the_ten_most_asked_entries_are_shown(database: Path) -> None:
    async with journal_in(database) as journal:
        for number in range(12):
            for _ in range(number + 1):
                await answered(journal, f"entry-{number}")
    asked = (await figures(SqliteFile(database))).asked
    assert asked[0] == ("entry-11", 12)
    assert len(asked) == 10


@pytest.mark.asyncio
async def test_the_report_shows_shares_and_titles(database: Path) -> None:
    await fill(database)
    text = render(await figures(SqliteFile(database)), {"compte": "Ouvrir un compte"})
    assert "Turns: 8" in text
    assert " 75.0%  answer" in text
    assert " 37.5%  compte  Ouvrir un compte" in text
    assert " 33.3%  of 3 judged  compte" in text
    assert "Median latency: 1.00 ms" in text


@pytest.mark.asyncio
async def test_the_period_is_shown_in_paris_time(database: Path) -> None:
    await fill(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE turns SET at = '2026-07-01 22:30:00.000000'")
        connection.execute("UPDATE turns SET at = '2026-01-01 12:00:00.000000' WHERE id = 1")
    text = render(await figures(SqliteFile(database)), {})
    assert "Period: 2026-01-01 13:00 CET to 2026-07-02 00:30 CEST (Europe/Paris)" in text


@pytest.mark.asyncio
async def test_an_entry_is_charged_that_was_suggested_chosen_and_judged_useless(
    any_database: Database,
) -> None:
    suggested = Decision("clarify", None, (BIKE, FARE), (), 0.4, "m")
    async with journal_in(any_database) as journal:
        for decision in (suggested, Decision("answer", BIKE, (), (), 0.9, "m")):
            turn = await journal.record_turn(ASKED, decision, 1.0)
            await journal.record_feedback(turn, Feedback("choice", FARE))
            await journal.record_feedback(turn, Feedback("useful", FARE, "no"))
        await journal.record_feedback(turn, Feedback("useful", BIKE, "yes"))
        await journal.record_feedback(turn, Feedback("useful", DESK, "no"))
    assert (await figures(any_database)).useless == (("tarif", 2, 2),)


@pytest.mark.asyncio
async def test_who_asks_for_a_person_is_not_counted_as_answered(any_database: Database) -> None:
    async with journal_in(any_database) as journal:
        for shown in (None, CONTACTS):
            answer = Decision("answer", BIKE, (), (), 0.9, "m")
            await journal.record_turn(ASKED, answer, 1.0, shown)
        await journal.record_turn(ASKED, Decision("route", DESK, (), (), 0.9, "m"), 1.0, CONTACTS)
    report = await figures(any_database)
    assert report.actions == (("answer", 2), ("route", 1))
    assert report.shown == (("contacts", 2), ("answer", 1))
    assert (report.asked, report.desks) == ((("velo", 1),), ())


@pytest.mark.asyncio
async def test_messages_without_words_are_counted_apart(any_database: Database) -> None:
    async with journal_in(any_database) as journal:
        await answered(journal, "velo", latency=8.0)
        for kind in ("voice", "photo", "photo"):
            await journal.record_turn(Incoming("web", "1", kind=kind), None, 0.0)
    report = await figures(any_database)
    assert (report.span.turns, report.texts, report.median_latency_ms) == (4, 1, 8.0)
    assert report.wordless == (("photo", 2), ("voice", 1))
    assert report.shown == (("answer", 1),)
    text = render(report, {})
    assert "100.0%  answer" in text
    assert " 50.0%  photo" in text


@pytest.mark.asyncio
async def test_a_missing_journal_gives_a_line_and_no_file(database: Path) -> None:
    text = render(await figures(SqliteFile(database)), {})
    assert text == f"No turn is recorded yet: {database} is missing or empty."
    assert files(database) == {}


@pytest.mark.asyncio
async def test_a_journal_without_turns_gives_the_same_line(database: Path) -> None:
    upgrade(database)
    assert "No turn is recorded yet" in render(await figures(SqliteFile(database)), {})


@pytest.mark.asyncio
async def test_a_damaged_journal_is_told_in_one_line(database: Path) -> None:
    damage(database)
    with pytest.raises(StoreError, match="is damaged"):
        await figures(SqliteFile(database))


@pytest.mark.asyncio
async def test_a_report_reads_while_the_bot_writes_and_changes_nothing(database: Path) -> None:
    await fill(database)
    async with journal_in(database) as journal:
        await answered(journal, "compte")
        assert (await figures(SqliteFile(database))).span.turns == 9
        await answered(journal, "compte")
    before = files(database)
    assert (await figures(SqliteFile(database))).span.turns == 10
    assert files(database) == before
