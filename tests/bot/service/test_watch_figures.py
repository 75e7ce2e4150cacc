from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from bot.ops.metrics import Metrics
from bot.ops.settings import Settings
from bot.service.watch_figures import FigureWatch
from bot.store.audits import AUDIT, Audits, Label
from bot.store.tables import turns
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.store import Store

LONG_AGO = datetime.now(UTC) - timedelta(days=30)


class Current:
    """Whoever answers: has a model, and is told what is no longer said."""

    fingerprint = "m"
    broken: frozenset[str] = frozenset()


async def fill(store: Store, wrong: int, right: int) -> None:
    """Answers, all of them drawn and judged."""
    row = {
        "at": LONG_AGO,
        "channel": "web",
        "chat": "c",
        "text": "question",
        "action": "answer",
        "entry": "velo",
        "confidence": 0.9,
        "candidates": [],
        "model": "m",
        "latency_ms": 1.0,
        "shown": {"kind": "answer"},
    }

    async def work(connection: object) -> None:
        audits = Audits(connection)  # type: ignore[arg-type]
        for number in range(1, wrong + right + 1):
            await connection.execute(insert(turns).values(row))  # type: ignore[attr-defined]
            await audits.put(number, LONG_AGO, 1.0)
            verdict = "wrong" if number <= wrong else "right"
            await audits.put_label(Label(number, "account:1", AUDIT, verdict), LONG_AGO)  # type: ignore[arg-type]

    await store.write(work)


@pytest.mark.asyncio
async def test_a_promise_that_broke_is_logged_once_gauged_and_acted_upon(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    metrics, current = Metrics(), Current()
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        watch = FigureWatch(store, Settings(data_dir=tmp_path), current, metrics)  # type: ignore[arg-type]
        await watch.look()
        assert current.broken == frozenset()
        await fill(store, wrong=20, right=10)
        await watch.look()
        await watch.look()
    assert current.broken == {"answer"}
    (record,) = [found for found in caplog.records if found.levelname == "ERROR"]
    assert "20 of 30 audited were wrong" in record.getMessage()
    value = metrics.registry.get_sample_value
    assert value("aiguilleur_promise_broken", {"kind": "answer"}) == 1
    assert value("aiguilleur_promise_broken", {"kind": "route"}) == 0
