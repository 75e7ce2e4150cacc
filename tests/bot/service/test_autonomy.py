from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.ops.metrics import Metrics
from bot.ops.settings import Settings
from bot.service.allowed import read_autonomy
from bot.service.autonomy import AutonomyWatch
from bot.store.autonomy import AutonomyRecords
from bot.store.deliveries import Deliveries
from bot.store.tables import outbox
from tests.fakes.labelled import ENTRY, MONDAY, judge_answers
from tests.fakes.open_store import found, open_store
from tests.fakes.small_base import small_base

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.store import Store
    from kb.entries import KnowledgeBase


class Current:
    """Whoever answers: has a knowledge base, and is told what entries may do."""

    def __init__(self) -> None:
        self.base: KnowledgeBase = small_base()
        self.states: dict[str, str] = {}
        self.proven: frozenset[str] = frozenset()

    def __call__(self) -> Current:
        return self


def watch_of(store: Store, folder: Path, metrics: Metrics) -> tuple[AutonomyWatch, Current]:
    token = SecretStr("1:x")
    settings = Settings(data_dir=folder, admin_ids=(7, 8), telegram_bot_token=token)
    current, deliveries = Current(), Deliveries(store, {"telegram": "telegram:1"})
    return AutonomyWatch(store, settings, current, metrics, deliveries), current  # type: ignore[arg-type]


@pytest.mark.asyncio
async def test_what_labels_take_is_acted_upon_gauged_and_told_once_by_all_processes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        one, current = watch_of(store, tmp_path, metrics)
        other, elsewhere = watch_of(store, tmp_path, Metrics())
        await one.look()
        await other.look()
        assert (current.states, elsewhere.states) == ({}, {})
        await judge_answers(store, [True] * 4)
        for watch in (one, other, one):
            await watch.look()
        again, restarted = watch_of(store, tmp_path, Metrics())
        await again.look()
        for each in (current, elsewhere, restarted):
            assert each.states == {ENTRY: "demande"}
        assert await found(store, select(func.count()).select_from(outbox)) == [(2,)]
    (record,) = [line for line in caplog.records if line.levelname == "WARNING"]
    assert f"{ENTRY} is at 'demande' from now on: 4 of 4 labels were wrong" in record.getMessage()
    value = metrics.registry.get_sample_value
    assert value("aiguilleur_autonomy_entries", {"state": "demande"}) == 1
    assert value("aiguilleur_autonomy_entries", {"state": "repond"}) == 3


@pytest.mark.asyncio
async def test_what_is_lowered_by_hand_is_acted_upon_and_told_nobody(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        watch, current = watch_of(store, tmp_path, Metrics())
        await watch.look()
        await store.write(lambda t: AutonomyRecords(t).lower(ENTRY, "propose", MONDAY, "operator"))
        await watch.look()
        assert current.states == {ENTRY: "propose"}
        assert await found(store, select(func.count()).select_from(outbox)) == [(0,)]


@pytest.mark.asyncio
async def test_who_starts_knows_what_may_be_said_before_the_first_message(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        await store.write(lambda t: AutonomyRecords(t).lower(ENTRY, "demande", MONDAY, "operator"))
        assert (await read_autonomy(store)).states == {ENTRY: "demande"}
