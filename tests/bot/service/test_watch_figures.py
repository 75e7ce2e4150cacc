from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from sqlalchemy import func, insert, select

from bot.analytics.drift import WordRead
from bot.ops.metrics import Metrics
from bot.ops.settings import Settings
from bot.service.watch_figures import FigureWatch
from bot.store.audits import AUDIT, Audits, Label
from bot.store.deliveries import Deliveries
from bot.store.tables import outbox, turns
from tests.fakes.open_store import found, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.store.store import Store

LONG_AGO = datetime.now(UTC) - timedelta(days=30)


class Current:
    """Whoever answers: has a model, and is told what is no longer said."""

    fingerprint = "m"
    broken: frozenset[str] = frozenset()

    def staff(self, posts: object) -> None:
        """Nobody answers for desks."""

    async def read_words(self, texts: Sequence[str]) -> list[list[WordRead]]:
        """Every word is known."""
        return [[WordRead(word, is_known=True) for word in text.split()] for text in texts]


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
    token = SecretStr("1:x")
    settings = Settings(data_dir=tmp_path, admin_ids=(7, 8), telegram_bot_token=token)
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        deliveries = Deliveries(store, {"telegram": "telegram:1"})
        watch = FigureWatch(store, settings, current, metrics, deliveries)  # type: ignore[arg-type]
        await watch.look()
        assert current.broken == frozenset()
        await fill(store, wrong=20, right=10)
        await watch.look()
        await watch.look()
        current.broken = frozenset()  # as after a restart
        await watch.look()
        assert await found(store, select(func.count()).select_from(outbox)) == [(2,)]
    assert current.broken == {"answer"}
    (record,) = [line for line in caplog.records if line.levelname == "ERROR"]
    assert "20 of 30 audited were wrong" in record.getMessage()
    value = metrics.registry.get_sample_value
    assert value("aiguilleur_promise_broken", {"kind": "answer"}) == 1
    assert value("aiguilleur_promise_broken", {"kind": "route"}) == 0
