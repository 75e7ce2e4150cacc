"""Backups of a database that is being written, and how one is put back."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.store import AddressError, StoreError
from bot.store.boxes.inbox import Arrival
from bot.store.copies.archive import DATABASE, KEY, MANIFEST
from bot.store.copies.backup import back_up, sqlite_path
from bot.store.copies.restore import restore
from bot.store.database.postgres import PostgresServer
from bot.store.database.sqlite import SqliteFile
from tests.fakes.command import ROOT
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.store import Store

SOURCE = "telegram:1"
SECRET = "ab" * 32


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "aiguilleur.db"


@pytest.fixture
def data(database: Path) -> Path:
    """DATA_DIR, with the key of its pseudonyms."""
    database.parent.mkdir()
    (database.parent / KEY).write_text(SECRET + "\n")
    return database.parent


async def arrive(store: Store, *numbers: int) -> None:
    await store.inbox(SOURCE).put([Arrival(number, f"c{number}", {}) for number in numbers])


def arrived(database: Path) -> list[int]:
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute("SELECT update_id FROM inbox ORDER BY 1")]


@pytest.mark.asyncio
async def test_a_backup_of_a_serving_database_is_private_and_brings_everything_back(
    database: Path, data: Path, tmp_path: Path
) -> None:
    async with await open_store(database) as store:
        await arrive(store, 1, 2)
        made = back_up(database, data, "", tmp_path / "copy.tar")
        await arrive(store, 3)
    assert made.file.stat().st_mode & 0o777 == 0o600
    assert arrived(database) == [1, 2, 3]
    (data / KEY).write_text("cd" * 32)
    done = restore(made.file, database, data, "")
    assert arrived(database) == [1, 2]
    assert (data / KEY).read_text() == SECRET + "\n"
    assert {(data / name).stat().st_mode & 0o777 for name in (KEY, database.name)} == {0o600}
    kept, key = done.set_aside
    assert arrived(kept) == [1, 2, 3], "the former database is kept"
    assert key.read_text() == "cd" * 32
    async with await open_store(database) as store:
        await arrive(store, 4)


@pytest.mark.asyncio
async def test_a_backup_holds_no_half_of_what_is_written_meanwhile(
    database: Path, data: Path, tmp_path: Path
) -> None:
    async with await open_store(database) as store:
        writing = [asyncio.create_task(arrive(store, n, n + 1)) for n in range(1, 60, 2)]
        await arrive(store, 100)
        made = await asyncio.to_thread(back_up, database, data, "", tmp_path / "copy.tar")
        await asyncio.gather(*writing)
    restore(made.file, database, data, "")
    pairs = [number for number in arrived(database) if number < 100]
    assert all((number + 1 if number % 2 else number - 1) in pairs for number in pairs)


HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1])
held.execute("PRAGMA journal_mode=WAL")
held.execute("SELECT count(*) FROM inbox").fetchall()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.asyncio
async def test_nothing_is_restored_while_a_service_has_the_database_open(
    database: Path, data: Path, tmp_path: Path
) -> None:
    async with await open_store(database) as store:
        await arrive(store, 1)
    made = back_up(database, data, "", tmp_path / "copy.tar")
    async with await open_store(database) as store:
        await arrive(store, 2)
        with pytest.raises(StoreError, match="in use: stop the service"):
            restore(made.file, database, data, "")
    line = [sys.executable, "-c", HOLD, str(database)]
    with subprocess.Popen(  # noqa: S603, ASYNC220 - a process of our own
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as idle:
        assert idle.stdout
        assert idle.stdin
        idle.stdout.readline()
        with pytest.raises(StoreError, match="in use"):
            restore(made.file, database, data, "")
        idle.stdin.close()
    assert arrived(database) == [1, 2]
    assert sorted(path.name for path in data.iterdir()) == [database.name, KEY]


@pytest.mark.asyncio
async def test_a_damaged_database_is_set_aside_as_it_is(
    database: Path, data: Path, tmp_path: Path
) -> None:
    async with await open_store(database) as store:
        await arrive(store, 1)
    made = back_up(database, data, "", tmp_path / "copy.tar")
    database.write_bytes(b"not a database at all" * 99)
    database.with_name("aiguilleur.db-wal").write_bytes(b"its last pages")
    (kept,) = restore(made.file, database, data, "").set_aside
    assert kept.read_bytes().startswith(b"not a database")
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"its last pages"
    assert arrived(database) == [1]


@pytest.mark.asyncio
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
async def test_what_root_restores_belongs_to_the_owner_of_the_folder(
    database: Path, data: Path, tmp_path: Path
) -> None:
    file = await saved(database, data, tmp_path / "copy.tar")
    (data / KEY).unlink()
    os.chown(data, 65534, 65534)
    restore(file, database, data, "")
    assert {path.stat().st_uid for path in (database, data / KEY)} == {65534}


async def saved(database: Path, data: Path, file: Path, configured: str = "") -> Path:
    async with await open_store(database) as store:
        await arrive(store, 1)
    return back_up(database, data, configured, file).file


@pytest.mark.asyncio
@pytest.mark.parametrize("change", ["cut", "swapped", "text", "none"])
async def test_what_is_no_whole_backup_is_refused_and_changes_nothing(
    change: str, database: Path, data: Path, tmp_path: Path
) -> None:
    file = await saved(database, data, tmp_path / "copy.tar")
    whole = file.read_bytes()
    where = whole.index(b"SQLite format 3") + 5000
    broken = {
        "cut": whole[: len(whole) // 2],
        "swapped": whole[:where] + b"!" + whole[where + 1 :],
        "text": b"a letter",
        "none": b"",
    }
    file.write_bytes(broken[change])
    with pytest.raises(StoreError, match=r"copy.tar cannot be restored \("):
        restore(file, database, data, "")
    assert arrived(database) == [1]
    assert sorted(path.name for path in data.iterdir()) == [database.name, KEY]


@pytest.mark.asyncio
async def test_a_backup_of_a_newer_version_is_refused(
    database: Path, data: Path, tmp_path: Path
) -> None:
    file = await saved(database, data, tmp_path / "copy.tar")
    with tarfile.open(file) as tar:
        tar.extractall(tmp_path / "parts", filter="data")
    parts = tmp_path / "parts"
    with closing(sqlite3.connect(parts / DATABASE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    said = json.loads((parts / MANIFEST).read_text())
    said["sha256"].pop(DATABASE)
    with pytest.raises(StoreError, match="it holds no database"):
        restore(_packed(parts, said, [KEY]), database, data, "")
    import hashlib  # noqa: PLC0415 - here alone

    said["sha256"][DATABASE] = hashlib.sha256((parts / DATABASE).read_bytes()).hexdigest()
    newer = _packed(parts, said, [KEY, DATABASE])
    with pytest.raises(StoreError, match="schema 9999, which this version does not know"):
        restore(newer, database, data, "")
    assert arrived(database) == [1]


def _packed(parts: Path, said: object, names: list[str]) -> Path:
    (parts / MANIFEST).write_text(json.dumps(said))
    file = parts / "packed.tar"
    with tarfile.open(file, "w") as tar:
        for name in (MANIFEST, *names):
            tar.add(parts / name, name)
    return file


@pytest.mark.asyncio
async def test_a_configured_key_is_not_copied_and_must_be_the_same(
    database: Path, data: Path, tmp_path: Path
) -> None:
    file = await saved(database, data, tmp_path / "copy.tar", configured="a secret")
    with tarfile.open(file) as tar:
        assert tar.getnames() == [MANIFEST, DATABASE]
    assert b"a secret" not in file.read_bytes()
    for other in ("another", ""):
        with pytest.raises(StoreError, match="set that one"):
            restore(file, database, data, other)
    assert len(restore(file, database, data, "a secret").set_aside) == 1


@pytest.mark.asyncio
async def test_a_file_that_is_there_is_never_overwritten(
    database: Path, data: Path, tmp_path: Path
) -> None:
    file = await saved(database, data, tmp_path / "copy.tar")
    before = file.read_bytes()
    with pytest.raises(StoreError, match="is there already"):
        back_up(database, data, "", file)
    assert file.read_bytes() == before


def test_without_a_database_there_is_nothing_to_back_up(database: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing is kept; check DATA_DIR"):
        back_up(database, database.parent, "", tmp_path / "copy.tar")
    assert not list(tmp_path.iterdir())


def test_a_server_has_its_own_tool(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "x.db")
    assert sqlite_path(file, "pg_dump") == tmp_path / "x.db"
    with pytest.raises(AddressError, match="use pg_dump"):
        sqlite_path(PostgresServer("postgresql://localhost/x"), "pg_dump")
