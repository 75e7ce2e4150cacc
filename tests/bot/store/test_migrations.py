from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import bot.store.migrations
from bot.store import StoreError
from bot.store.database.migrate import upgrade
from bot.store.database.sqlite_engine import migrating_engine
from bot.store.schema import metadata

NEXT = '''"""One more column."""
import os, signal
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "HEAD", None, None


def upgrade() -> None:
    op.add_column("turns", sa.Column("note", sa.Text))
    if os.environ.get("DIE_HERE"):
        os.kill(os.getpid(), signal.SIGKILL)
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))
'''

HEAD = "0019"

ROW = (
    "INSERT INTO turns (at, channel, chat, text, action, confidence, candidates, model, latency_ms)"
    " VALUES ('2026-01-02 03:04:05', 'web', 'abc', 'bonjour', 'decline', 0.5, '[]', 'm', 1.0)"
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "aiguilleur.db"


@pytest.fixture
def newer(tmp_path: Path) -> str:
    """The migrations of a version to come."""
    folder = tmp_path / "migrations %"
    shutil.copytree(Path(bot.store.migrations.__file__).parent, folder)
    (folder / "versions" / "9999_notes.py").write_text(NEXT.replace("HEAD", HEAD))
    return str(folder)


def run(database: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(statement).fetchall()


def backups(database: Path) -> list[str]:
    return sorted(file.name for file in database.parent.glob("*.bak"))


def refusal(database: Path, scripts: str | None = None) -> str:
    """The one line of a refusal, which must leave the file as it was."""
    before = database.read_bytes() if database.is_file() else None
    with pytest.raises(StoreError) as caught:
        upgrade(database, scripts) if scripts else upgrade(database)
    assert (database.read_bytes() if database.is_file() else None) == before
    assert "\n" not in str(caught.value)
    assert str(database) in str(caught.value)
    return str(caught.value)


def test_the_migrations_lead_to_the_tables(database: Path) -> None:
    upgrade(database)
    engine = migrating_engine(database)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_new_file_and_its_folder_are_private(database: Path) -> None:
    upgrade(database)
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700


def test_an_open_file_is_made_private(database: Path) -> None:
    upgrade(database)
    database.chmod(0o644)
    upgrade(database)
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


def test_upgrading_again_keeps_the_rows_and_makes_no_backup(database: Path) -> None:
    upgrade(database)
    run(database, ROW)
    upgrade(database)
    assert run(database, "SELECT text FROM turns") == [("bonjour",)]
    assert backups(database) == []


def test_an_older_database_is_copied_then_migrated(database: Path, newer: str) -> None:
    upgrade(database)
    run(database, ROW)
    upgrade(database, newer)
    assert run(database, "SELECT text, note FROM turns") == [("bonjour", None)]
    assert backups(database) == ["aiguilleur.db.before-9999.bak"]
    copy = database.parent / "aiguilleur.db.before-9999.bak"
    assert run(copy, "SELECT text FROM turns") == [("bonjour",)]
    assert run(copy, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_an_older_database_without_rows_needs_no_copy(database: Path, newer: str) -> None:
    upgrade(database)
    upgrade(database, newer)
    assert backups(database) == []


def test_a_copy_of_other_rows_is_not_overwritten(database: Path, newer: str) -> None:
    upgrade(database)
    run(database, ROW)
    older = database.with_name("aiguilleur.db.before-9999.bak")
    older.write_bytes(b"an earlier copy")
    upgrade(database, newer)
    assert older.read_bytes() == b"an earlier copy"
    assert backups(database) == [
        "aiguilleur.db.before-9999-2.bak",
        "aiguilleur.db.before-9999.bak",
    ]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_migration_killed_midway_starts_again(database: Path, newer: str) -> None:
    upgrade(database)
    run(database, ROW)
    code = (
        "import sys, pathlib; from bot.store.database.migrate import upgrade;"
        "upgrade(pathlib.Path(sys.argv[1]), sys.argv[2])"
    )
    for _ in range(3):
        killed = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", code, str(database), newer],
            env={**os.environ, "DIE_HERE": "1"},
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        assert run(database, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    upgrade(database, newer)
    assert run(database, "SELECT text, note FROM turns") == [("bonjour", None)]
    assert run(database, "SELECT count(*) FROM notes") == [(0,)]
    assert backups(database) == ["aiguilleur.db.before-9999.bak"]


def test_those_who_start_together_migrate_once(database: Path) -> None:
    failures: list[Exception] = []

    def start() -> None:
        try:
            upgrade(database)
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert run(database, "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_a_newer_schema_is_refused(database: Path, newer: str) -> None:
    upgrade(database, newer)
    run(database, ROW)
    assert "install the newer version" in refusal(database)


def filled(database: Path) -> None:
    upgrade(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        for _ in range(500):
            connection.execute(ROW)


def overwrite(database: Path, start: int, content: bytes) -> None:
    with database.open("r+b") as file:
        file.seek(start)
        file.write(content)


def test_a_truncated_file_is_refused(database: Path) -> None:
    filled(database)
    os.truncate(database, database.stat().st_size // 2)
    assert "is damaged" in refusal(database)


def test_a_file_without_its_header_is_refused(database: Path) -> None:
    filled(database)
    overwrite(database, 0, bytes(100))
    assert "is damaged" in refusal(database)


def test_a_file_with_any_page_overwritten_is_refused(database: Path) -> None:
    filled(database)
    sound = database.read_bytes()
    for page in range(1, len(sound) // 4096):
        overwrite(database, page * 4096, b"\xa5" * 4096)
        assert "is damaged" in refusal(database), f"page {page}"
        database.write_bytes(sound)


def test_a_refusal_names_the_newest_backup(database: Path) -> None:
    filled(database)
    older = database.with_name("aiguilleur.db.before-0001.bak")
    newest = database.with_name("aiguilleur.db.before-9999.bak")
    for age, file in enumerate((newest, older)):
        file.touch()
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    overwrite(database, 0, b"not a database, not at all")
    assert str(newest) in refusal(database)


def test_an_emptied_file_with_a_backup_is_refused(database: Path) -> None:
    filled(database)
    database.with_name("aiguilleur.db.before-0001.bak").touch()
    os.truncate(database, 0)
    assert "is empty although it has a backup" in refusal(database)


def test_the_database_of_another_program_is_refused(database: Path) -> None:
    database.parent.mkdir()
    run(database, "CREATE TABLE songs (title)")
    assert "of another program" in refusal(database)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "may write there" in refusal(tmp_path / "file" / "data" / "a.db")


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    assert "cannot be used" in refusal(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "may write there" in refusal(tmp_path / "a.db")


def test_turns_of_the_first_schema_are_kept_and_a_repeated_update_is_told_apart(
    database: Path,
) -> None:
    upgrade(database, revision="0001")
    twice = ROW.replace("(at,", "(update_id, at,").replace("VALUES (", "VALUES (7, ")
    for statement in (twice, twice, ROW, ROW):
        run(database, statement)
    upgrade(database)
    found = run(database, "SELECT update_id FROM turns ORDER BY id")
    assert found == [(7,), (None,), (None,), (None,)]
    assert backups(database) == [f"aiguilleur.db.before-{HEAD}.bak"]
