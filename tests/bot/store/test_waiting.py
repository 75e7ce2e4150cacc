"""What is taken of what waits is found by indexes, however much waits or was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text, true
from sqlalchemy.dialects import sqlite

from bot.store.boxes.waiting import first_rows
from bot.store.indexes import waiting_indexes
from bot.store.tables import inbox
from tests.fakes.open_store import found, open_store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.asyncio
async def test_no_table_is_read_from_end_to_end_to_take_something(tmp_path: Path) -> None:
    there = inbox.c.state == "pending", inbox.c.source == "s"
    held = select(inbox.c.chat).where(inbox.c.source == "s", inbox.c.lease.is_not(None))
    query = first_rows(inbox, there, true(), held, limit=64, length=32)
    words = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    async with await open_store(tmp_path / "aiguilleur.db") as store:
        plan = await found(store, text(f"EXPLAIN QUERY PLAN {words}"))
    steps = [step for *_, step in plan]
    assert not [step for step in steps if step.startswith("SCAN inbox") or "TEMP B-TREE" in step]
    for index in waiting_indexes("inbox"):
        assert any(f"INDEX {index.name} " in step for step in steps), index.name
