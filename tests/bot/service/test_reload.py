"""A new knowledge base takes over whole, or not at all; and what the service watches of itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.conversation.messages import Incoming
from bot.conversation.replies import notices
from bot.conversation.turns import Prepared
from bot.ops.health import Health
from bot.ops.metrics import Metrics
from bot.ops.settings import Settings, load_settings
from bot.service.counting import CountingResponder
from bot.service.monitor import (
    FRESH_SECONDS,
    STUCK_SECONDS,
    database_probe,
    telegram_probe,
    watch_loop,
    watch_queues,
)
from bot.service.reload import CurrentResponder
from bot.store.boxes.inbox import Arrival
from bot.store.database.sqlite import SqliteFile
from classifier.decision import Decision, Target
from classifier.errors import ArtifactError
from kb.problems import ContentError, Problem
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.open_store import open_store
from tests.fakes.sick_database import SickDatabase
from tests.fakes.talk import reply_of
from tests.fakes.telegram_service import soon

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.serving.artifact import Served

ASKED = Incoming("web", "1", "mon vélo a un pneu crevé")


class Disk:
    """What the next look at the knowledge base finds: a model, or trouble."""

    def __init__(self, found: Served) -> None:
        self.found: Served | Exception = found
        self.looks = 0
        self.gate: asyncio.Event | None = None

    def __call__(self, settings: Settings) -> Served:
        assert settings.token == ""
        self.looks += 1
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    async def anew(self, settings: Settings) -> Served:
        """What is read before the gate is found after it."""
        found = self.found
        if self.gate:
            await self.gate.wait()
        self(settings)
        if isinstance(found, Exception):
            raise found
        return found


class Signals:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def tell_reloading(self) -> None:
        self.told.append("reloading")

    def tell_ready(self) -> None:
        self.told.append("ready")


@pytest.fixture
def disk(served: Served, monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk(served)
    monkeypatch.setattr("bot.service.reload.load_or_train_in_background", made.anew)
    return made


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def signals() -> Signals:
    return Signals()


@pytest_asyncio.fixture
async def current(
    disk: Disk, metrics: Metrics, signals: Signals, tmp_path: Path
) -> CurrentResponder:
    del disk
    made = CurrentResponder(load_settings(tmp_path, tmp_path / ".env"), metrics, signals)
    await made.begin()
    return made


def renamed(served: Served, name: str) -> Served:
    about = replace(served.base.about, name=name)
    return replace(served, base=replace(served.base, about=about))


def value(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(f"aiguilleur_{name}", labels) or 0.0


def name_of(current: CurrentResponder) -> str:
    return current().base.about.name


# Reloading


@pytest.mark.asyncio
async def test_a_new_knowledge_base_takes_over_and_says_how_much_it_knows(
    current: CurrentResponder, disk: Disk, served: Served, metrics: Metrics, signals: Signals
) -> None:
    disk.found = renamed(served, "Nouveau")
    said = await current.reload()
    assert said == notices.reload_success(len(served.base.published))
    assert name_of(current) == "Nouveau"
    assert signals.told == ["reloading", "ready"]
    assert value(metrics, "reloads_total", outcome="done") == 1
    assert value(metrics, "reloads_total", outcome="refused") == 0


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "trouble",
    [
        ContentError([Problem("faq/a.md", 1, "title", "manque")]),
        ArtifactError("the model could not be trained"),
        PermissionError(13, "Permission denied"),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
async def test_a_broken_one_is_refused_and_the_old_one_answers(
    trouble: Exception,
    current: CurrentResponder,
    disk: Disk,
    metrics: Metrics,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = current()
    disk.found = trouble
    assert await current.reload() == notices.reload_failure()
    assert current() is before
    assert str(trouble) in caplog.text, "the log says what is to be mended"
    assert value(metrics, "reloads_total", outcome="refused") == 1
    assert (await reply_of(current(), ASKED, MemoryJournal())).text


@pytest.mark.asyncio
async def test_who_is_being_answered_meets_one_knowledge_base_whole(
    current: CurrentResponder, disk: Disk, served: Served
) -> None:
    before = current()
    prepared = await before.prepare(ASKED)
    disk.found = renamed(served, "Nouveau")
    await current.reload()
    assert before.base is served.base
    assert (await before.respond(prepared, MemoryJournal())).reply.text
    assert (await before.prepare(ASKED)).decision, "what was taken before can still think"


@pytest.mark.asyncio
async def test_reloads_wait_for_each_other(
    current: CurrentResponder, metrics: Metrics, signals: Signals
) -> None:
    await asyncio.gather(*(current.reload() for _ in range(3)))
    assert signals.told == ["reloading", "ready"] * 3
    assert value(metrics, "reloads_total", outcome="done") == 3


@pytest.mark.asyncio
async def test_what_changes_during_a_reload_is_read_by_one_more_however_often_it_is_said(
    current: CurrentResponder, disk: Disk, served: Served, signals: Signals
) -> None:
    changed, disk.gate, looks = asyncio.Event(), asyncio.Event(), disk.looks
    keeping = asyncio.create_task(current.keep_up(changed))
    changed.set()
    await soon(lambda: signals.told == ["reloading"])
    disk.found = renamed(served, "Nouveau")
    for _ in range(5):
        changed.set()
        await asyncio.sleep(0)
    disk.gate.set()
    await soon(lambda: name_of(current) == "Nouveau")
    assert not keeping.done()
    assert not changed.is_set()
    assert disk.looks - looks == 2
    keeping.cancel()
    await asyncio.wait((keeping,))


@pytest.mark.asyncio
async def test_a_turn_is_counted_once_it_is_recorded_however_often_it_is_tried(
    current: CurrentResponder, metrics: Metrics
) -> None:
    responder = current()
    prepared = await responder.prepare(ASKED)
    assert prepared.decision
    action = prepared.decision.action
    for _ in range(3):
        await responder.respond(prepared, MemoryJournal())
    assert value(metrics, "turns_total", channel="web", action=action) == 0
    responder.note_recorded(prepared)
    assert value(metrics, "turns_total", channel="web", action=action) == 1
    assert value(metrics, "decision_seconds_count") == 1


def test_declines_are_counted_by_family_and_presses_by_what_they_say(metrics: Metrics) -> None:
    class Silent:
        def note_recorded(self, prepared: Prepared) -> None:
            """Nothing to learn."""

    counting = CountingResponder(Silent(), metrics)  # type: ignore[arg-type]
    outside = Decision("decline", Target("outside", "meteo"), (), (), 0.9, "m")
    for decision in (outside, outside, replace(outside, target=None)):
        counting.note_recorded(Prepared(ASKED, decision=decision))
    for choice in ("y:1:0", "u:1:0", "u:2:0", "n:1:0", "E:0123456789ab", "nonsense"):
        counting.note_recorded(Prepared(replace(ASKED, text="", choice=choice)))
    assert value(metrics, "declined_total", family="meteo") == 2
    assert value(metrics, "declined_total", family="none") == 1
    counts = [value(metrics, "feedback_total", kind=kind) for kind in ("yes", "no", "none")]
    assert counts == [1, 2, 1]


@pytest.mark.asyncio
async def test_what_takes_no_thinking_is_no_turn(
    current: CurrentResponder, metrics: Metrics
) -> None:
    for incoming in (Incoming("web", "1", "/aide"), Incoming("web", "1", choice="themes")):
        current().note_recorded(await current().prepare(incoming))
    assert value(metrics, "decision_seconds_count") == 0


@pytest.mark.asyncio
async def test_without_any_knowledge_base_there_is_no_service(
    disk: Disk, metrics: Metrics, signals: Signals, tmp_path: Path
) -> None:
    disk.found = ArtifactError("none")
    with pytest.raises(ArtifactError):
        await CurrentResponder(load_settings(tmp_path, tmp_path / ".env"), metrics, signals).begin()


# Watching


@pytest.mark.asyncio
async def test_the_database_is_in_order_when_it_can_be_written(tmp_path: Path) -> None:
    database = SickDatabase(SqliteFile(tmp_path / "aiguilleur.db"))
    async with await open_store(database) as store:
        probe = database_probe(store)
        with database.refusing():
            check = await probe()
            assert not check.ok
            assert "readonly" in check.detail
        assert (await probe()).ok


@pytest.mark.asyncio
async def test_whoever_asks_very_often_has_the_database_written_no_more_often(
    tmp_path: Path,
) -> None:
    database, now = SickDatabase(SqliteFile(tmp_path / "aiguilleur.db")), 0.0
    async with await open_store(database) as store:
        probe = database_probe(store, lambda: now)
        assert (await probe()).ok
        with database.refusing():
            assert (await probe()).ok, "it was written a moment ago"
            now = FRESH_SECONDS
            assert [(await probe()).ok for _ in range(2)] == [False, False]


@pytest.mark.asyncio
async def test_telegram_is_in_order_while_it_answers_and_says_nothing_against_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.service.monitor.time.monotonic", lambda: 1000.0)
    found = []
    for answered_at, trouble in (
        (1000.0, ""),
        (1000.0 - STUCK_SECONDS, ""),
        (999.0 - STUCK_SECONDS, ""),
        (1000.0, "it cannot bring updates"),
    ):
        check = await telegram_probe(lambda at=answered_at: at, lambda said=trouble: said)()
        found.append((check.name, check.ok, check.detail))
    assert found == [
        ("telegram", True, "it answers"),
        ("telegram", True, "it answers"),
        ("telegram", False, f"it has not answered for {STUCK_SECONDS + 1:.0f} s"),
        ("telegram", False, "it cannot bring updates"),
    ]


@pytest.mark.asyncio
async def test_a_probe_that_finds_trouble_shows_in_the_health(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        health = Health({"database": database_probe(store)})
        assert [check.ok for check in await health.findings()] == [True]


@pytest.mark.asyncio
async def test_what_waits_is_counted_again_and_again_whatever_the_database_does(
    tmp_path: Path, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.monitor.COUNT_SECONDS", 0.01)
    database = SickDatabase(SqliteFile(tmp_path / "aiguilleur.db"))
    async with await open_store(database) as store:
        watching = asyncio.create_task(watch_queues(store, metrics))
        with database.refusing():
            await asyncio.sleep(0.05)
            assert not watching.done()
        await store.inbox("telegram:1").put([Arrival(1, "a", {})])
        await soon(lambda: value(metrics, "inbox_pending") == 1)
        assert value(metrics, "outbox_pending") == 0
        watching.cancel()
        await asyncio.wait((watching,))


@pytest.mark.asyncio
async def test_a_late_event_loop_shows(metrics: Metrics, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.monitor.LAG_SECONDS", 0.001)
    monkeypatch.setattr("bot.service.monitor.LAGS_KEPT", 5)
    watching = asyncio.create_task(watch_loop(metrics))
    await soon(lambda: value(metrics, "loop_lag_seconds", quantile="0.5") > 0)
    watching.cancel()
    await asyncio.wait((watching,))


def test_what_goes_on_is_counted(metrics: Metrics) -> None:
    for kind in ("asked", "poison"):
        metrics.count_update(kind)
    metrics.count_capped()
    metrics.count_send("sent", 0.5)
    metrics.count_send("park", 9.0)
    names = ("poison_total", "capped_total", "answer_seconds_count")
    assert [value(metrics, name) for name in names] == [1, 1, 1]
    assert value(metrics, "answer_seconds_sum") == 0.5, "what was not sent is no answer"
    assert value(metrics, "updates_total", kind="asked") == 1
    assert value(metrics, "sends_total", outcome="park") == 1
