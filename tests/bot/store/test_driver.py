"""The driver of the SQLite file gives SQLAlchemy what aiosqlite itself would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.database import driver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncEngine

THINGS = Table(
    "things", MetaData(), Column("id", Integer, primary_key=True), Column("name", String)
)
THREE = [{"id": 1, "name": "un"}, {"id": 2, "name": "deux"}, {"id": 3, "name": "deux"}]


@pytest_asyncio.fixture(params=[None, driver.connect], ids=["aiosqlite", "ours"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    given = {"async_creator_fn": request.param} if request.param else {}
    made = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}", connect_args=given)
    async with made.begin() as connection:
        await connection.run_sync(THINGS.metadata.create_all)
        await connection.execute(insert(THINGS), THREE)
    yield made
    await made.dispose()


@pytest.mark.asyncio
async def test_rows_are_read_in_order(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        found = await connection.execute(select(THINGS).order_by(THINGS.c.id))
        assert [row._asdict() for row in found] == THREE


@pytest.mark.asyncio
async def test_one_row_at_a_time(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        found = await connection.execute(select(THINGS.c.name).order_by(THINGS.c.id))
        assert found.fetchone() == ("un",)
        assert found.scalars().all() == ["deux", "deux"]


@pytest.mark.asyncio
async def test_how_many_rows_were_changed(engine: AsyncEngine) -> None:
    same = THINGS.c.name == "deux"
    async with engine.begin() as connection:
        changed = await connection.execute(update(THINGS).where(same).values(name="2"))
        assert changed.rowcount == 2
        unchanged = await connection.execute(update(THINGS).where(same).values(name="2"))
        assert unchanged.rowcount == 0


@pytest.mark.asyncio
async def test_what_was_changed_can_be_returned(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        changed = update(THINGS).where(THINGS.c.id > 1).values(name="x").returning(THINGS.c.id)
        assert sorted((await connection.execute(changed)).scalars()) == [2, 3]


@pytest.mark.asyncio
async def test_a_new_row_has_its_number(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        made = await connection.execute(insert(THINGS).values(name="quatre"))
        assert made.inserted_primary_key == (4,)


@pytest.mark.asyncio
async def test_a_refused_row_is_an_error_of_its_kind_and_undoes_all(engine: AsyncEngine) -> None:
    with pytest.raises(IntegrityError):
        async with engine.begin() as connection:
            await connection.execute(insert(THINGS).values(id=4))
            await connection.execute(insert(THINGS).values(id=1))
    async with engine.connect() as connection:
        assert len((await connection.execute(select(THINGS))).all()) == 3
