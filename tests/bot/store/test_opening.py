"""Who may make, migrate or open a database: the service, a talk beside it, a command."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.ops.settings import Settings
from bot.service import personal_data
from bot.store import StoreError
from bot.store.database.file_lock import lock_database
from bot.store.database.migrate import upgrade
from bot.store.opening import database_of, open_existing_store, open_store, open_to_serve
from bot.store.queries import reading

if TYPE_CHECKING:
    from pathlib import Path

OLDER = "0004"


def settings(folder: Path, key: str = "") -> Settings:
    return Settings(_env_file=None, data_dir=folder, pseudonym_key=key)  # type: ignore[call-arg, arg-type]


def revision(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "aiguilleur.db")) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


async def serve_once(given: Settings) -> None:
    async with await open_to_serve(given):
        pass


@pytest.mark.asyncio
async def test_a_command_with_another_key_refuses_and_makes_none(tmp_path: Path) -> None:
    await serve_once(settings(tmp_path, "the service's own key"))
    for key, said in (("another one of the operator", "another key"), ("", r"no .*pseudonym\.key")):
        for command in (personal_data.forget, personal_data.export):
            with pytest.raises(StoreError, match=said) as caught:
                await command(settings(tmp_path, key), "telegram", "4242")
            assert "PSEUDONYM_KEY" in str(caught.value)
            assert "\n" not in str(caught.value)
    assert not (tmp_path / "pseudonym.key").exists()


@pytest.mark.asyncio
async def test_a_service_that_lost_its_key_makes_no_other_one(tmp_path: Path) -> None:
    await serve_once(settings(tmp_path))
    (tmp_path / "pseudonym.key").rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="copy the file from a backup"):
        await open_to_serve(settings(tmp_path))
    (tmp_path / "elsewhere").rename(tmp_path / "pseudonym.key")
    await serve_once(settings(tmp_path))


@pytest.mark.asyncio
async def test_a_database_that_no_service_served_is_no_ground_for_a_command(tmp_path: Path) -> None:
    upgrade(tmp_path / "aiguilleur.db")
    with pytest.raises(StoreError, match="start the service once"):
        await open_existing_store(settings(tmp_path))
    assert not (tmp_path / "pseudonym.key").exists()


@pytest.mark.asyncio
async def test_what_a_service_makes_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    async with await open_to_serve(settings(tmp_path)):
        open_ones = [path.name for path in tmp_path.iterdir() if path.stat().st_mode & 0o077]
    assert not open_ones


@pytest.mark.asyncio
async def test_a_second_service_and_a_talk_beside_it_migrate_nothing(tmp_path: Path) -> None:
    upgrade(tmp_path / "aiguilleur.db", revision=OLDER)
    with lock_database(tmp_path / "aiguilleur.db"):
        with pytest.raises(StoreError, match="another aiguilleur serves"):
            await open_to_serve(settings(tmp_path))
        with pytest.raises(StoreError, match=f"schema {OLDER}"):
            await open_store(settings(tmp_path))
        assert revision(tmp_path) == OLDER
    async with await open_store(settings(tmp_path)):
        assert revision(tmp_path) != OLDER


@pytest.mark.asyncio
@pytest.mark.parametrize("found", [OLDER, "9999"])
async def test_a_command_refuses_another_schema_in_one_line(tmp_path: Path, found: str) -> None:
    upgrade(tmp_path / "aiguilleur.db", revision=OLDER)
    with closing(sqlite3.connect(tmp_path / "aiguilleur.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (found,))
    for work in (_look, personal_data.purge):
        with pytest.raises(StoreError, match=rf"schema {found}.*nothing was changed") as caught:
            await work(settings(tmp_path), None)
        assert "\n" not in str(caught.value)
    assert revision(tmp_path) == found


async def _look(given: Settings, _: None) -> None:
    async with reading(database_of(given)):
        pass


@pytest.mark.asyncio
async def test_who_talks_beside_a_service_of_the_same_version_may(tmp_path: Path) -> None:
    async with await open_to_serve(settings(tmp_path)), await open_store(settings(tmp_path)):
        pass
