"""The queue from the command line, and from one installation into another."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update
from typer.testing import CliRunner

from bot.analytics.gaps import NOTHING
from bot.cli.app import build_app
from bot.conversation.messages import Incoming
from bot.ops.settings import Settings
from bot.service import review_grouping
from bot.service.review_office import (
    ReviewError,
    describe_queue,
    dismiss,
    export_queue,
    import_queue,
)
from bot.store.exports import Exports
from bot.store.fact_tables import episodes
from bot.store.opening import open_store
from bot.store.queries import Reader
from bot.store.replays import Replays
from bot.store.review_tables import review_items
from bot.store.tables import turns
from classifier.decision import Candidate, Decision
from classifier.training.grouping import group_json
from tests.fakes.content import write_content
from tests.fakes.open_store import OneByOne, found
from tests.fakes.small_base import BIKE

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.store import Transaction

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NOTHING_FITS = Decision("unanswered", None, (), (Candidate(BIKE, 0.3),), 0.1, "m")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "here", kb_dir=write_content(tmp_path / "content"))


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Group here: a process of its own takes a second to start (see test_review_grouping)."""

    async def group(texts: list[str], known: list[str]) -> dict[str, object]:
        return group_json({"texts": texts, "known": known})

    monkeypatch.setattr(review_grouping, "_group_in_child", group)


@pytest.fixture
def elsewhere(tmp_path: Path, settings: Settings) -> Settings:
    return Settings(data_dir=tmp_path / "there", kb_dir=settings.kb_dir)


async def ask(settings: Settings, *asked: tuple[str, str]) -> None:
    """Messages, each of a chat, asked in vain a while ago."""
    settings.data_dir.mkdir(exist_ok=True)
    async with await open_store(settings) as store:
        for chat, text in asked:
            await OneByOne(store).record_turn(Incoming("web", chat, text), NOTHING_FITS, 1.0)
        old = update(turns).values(at=func.datetime("now", "-1 hour"))
        await store.write(lambda connection: connection.execute(old))


@pytest.mark.asyncio
async def test_what_was_asked_in_vain_is_listed_and_goes_for_good_when_dismissed(
    settings: Settings,
) -> None:
    await ask(settings, ("1", "où louer une remorque"), ("2", "Où louer une remorque ?"))
    said = await describe_queue(settings)
    assert "1. 2 personnes (sans réponse : 2)" in said
    assert await dismiss(settings, [1], "pas pour nous") == (
        "dismissed: 2 messages left the queue, and such words never return"
    )
    assert await describe_queue(settings) == NOTHING
    assert "où louer" in (await describe_queue(settings, "dismissed")).lower()
    with pytest.raises(ReviewError, match="none of these messages"):
        await dismiss(settings, [1, 99], "encore")


@pytest.mark.asyncio
async def test_a_missing_database_is_not_made(settings: Settings) -> None:
    assert await describe_queue(settings) == NOTHING
    assert not settings.data_dir.exists()


async def _exported(transaction: Transaction) -> list[dict[str, Any]]:
    now = datetime.now(UTC) + timedelta(days=1)
    parts = Exports(transaction, LONG_AGO, now, now).parts("turns", texts=True)
    return [row async for part in parts for row in part]


@pytest.mark.asyncio
async def test_another_installation_takes_masked_words_and_voices_and_no_chat(
    settings: Settings, elsewhere: Settings
) -> None:
    loud = [("1", "mon pneu siffle"), ("1", "Mon pneu siffle !"), ("1", "le pneu siffle encore")]
    await ask(settings, *loud, ("2", "mon pneu siffle"))
    lines = await export_queue(settings)
    assert len(lines) == 3
    async with await open_store(settings) as store:
        chats = {row[0] for row in await found(store, select(turns.c.chat))}
    assert not any(chat in line for chat in chats for line in lines)
    assert (
        await import_queue(elsewhere, lines) == "imported: 3 messages new in the queue, of 3 read"
    )
    assert "2 personnes" in await describe_queue(elsewhere)
    assert await import_queue(elsewhere, [*lines, ""]) == (
        "imported: 0 messages new in the queue, of 3 read"
    )
    async with await open_store(elsewhere) as store:
        assert await found(store, select(turns.c.chat, turns.c.action).distinct()) == [("", None)]
        assert await found(store, select(func.count()).select_from(episodes)) == [(0,)]
        assert await found(store, select(review_items.c.nearest).distinct()) == [
            ("entry:velo-casse",)
        ]
        assert (await store.reader.run(lambda t: Reader(t).span())).turns == 0
        assert await store.reader.run(lambda t: Replays(t).messages(LONG_AGO)) == []
        assert await store.reader.run(_exported) == []


@pytest.mark.asyncio
async def test_what_is_imported_is_masked_once_more(elsewhere: Settings) -> None:
    line = {"text": "écrivez à lea.durand@exemple.fr", "at": "2026-11-30T10:00", "voice": "v"}
    elsewhere.data_dir.mkdir()
    await import_queue(elsewhere, [json.dumps({**line, "reason": "none"})])
    said = await describe_queue(elsewhere)
    assert "lea.durand" not in said
    assert "écrivez à" in said


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        '{"text": 1, "at": "2026-11-30", "voice": "v", "reason": "none"}',
        '{"text": "x", "at": "tomorrow", "voice": "v", "reason": "none"}',
        '{"text": "x", "at": "2026-11-30", "voice": "v", "reason": "whim"}',
        '{"text": "x", "at": "2026-11-30", "voice": "v", "reason": "none", "candidates": [1]}',
    ],
)
@pytest.mark.asyncio
async def test_a_line_that_is_none_of_ours_is_refused_by_its_number(
    elsewhere: Settings, line: str
) -> None:
    with pytest.raises(ReviewError, match="line 2 is no line"):
        await import_queue(elsewhere, ["", line])


@pytest.mark.asyncio
async def test_where_no_text_may_be_kept_nothing_is_imported(elsewhere: Settings) -> None:
    kept_out = elsewhere.model_copy(update={"retention_text_days": 0})
    with pytest.raises(ReviewError, match="RETENTION_TEXT_DAYS"):
        await import_queue(kept_out, [])


def test_the_commands_work_without_the_pages(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.data_dir.mkdir()
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    monkeypatch.chdir(tmp_path)
    line = {"text": "où nager", "at": "2026-11-30T10:00", "voice": "v", "reason": "unanswered"}
    (tmp_path / "queue.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    kb = ["--kb", str(settings.kb_dir)]
    said = [
        CliRunner().invoke(build_app(), ["review", *command, *kb]).stdout
        for command in (
            ("import", "queue.jsonl"),
            ("list",),
            ("export",),
            ("dismiss", "1", "--reason", "vide"),
        )
    ]
    assert said[0].startswith("imported: 1 message new")
    assert "[1] « où nager »" in said[1]
    assert json.loads(said[2])["text"] == "où nager"
    assert said[3].startswith("dismissed: 1 message left")
