from __future__ import annotations

import asyncio
import logging

import pytest

from bot.store import StoreError
from bot.store.rounds import look_again


@pytest.mark.asyncio
async def test_a_database_that_is_away_is_told_of_once_and_looked_for_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stop, looks = asyncio.Event(), 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 4:
            stop.set()
        elif looks != 3:
            raise StoreError("it is locked")

    with caplog.at_level(logging.WARNING):
        await look_again(look, stop, "The count", every=0.0)
    assert looks == 4
    assert [record.getMessage() for record in caplog.records] == [
        "The count waits for the database: it is locked"
    ]


@pytest.mark.asyncio
async def test_nothing_is_looked_at_once_it_is_to_end() -> None:
    stop = asyncio.Event()
    stop.set()
    await look_again(lambda: pytest.fail("looked"), stop, "It", every=1.0, first=60.0)
