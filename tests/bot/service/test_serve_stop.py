"""The stop is heard at any moment, also before there is anything to serve."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.ops.settings import load_settings
from bot.service.serve import Service
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.asyncio
async def test_a_stop_during_the_first_training_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def train(_: object) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    monkeypatch.setattr("bot.service.reload.load_or_train_in_background", train)
    stop = asyncio.Event()
    service = Service(load_settings(tmp_path, tmp_path / ".env"), stop, asyncio.Event())
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        running = asyncio.create_task(service.run(store))
        await begun.wait()
        stop.set()
        await running
    assert ended.is_set()
