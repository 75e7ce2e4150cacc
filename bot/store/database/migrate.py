"""Brings a database file to this version's schema, or refuses and leaves it as it is."""

from __future__ import annotations

import filecmp
import os
import sqlite3
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from bot.store import StoreError
from bot.store.database.file_lock import make_private
from bot.store.database.sqlite_engine import (
    BUSY_SECONDS,
    WRITING,
    backups_of,
    explain_sqlite_errors,
    migrating_engine,
    restore_advice,
)

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

SCRIPTS = "bot.store:migrations"
_PRIVATE = 0o600


def upgrade(database: Path, scripts: str = SCRIPTS, revision: str = "head") -> None:
    """Create ``database`` or migrate it to the newest schema, all or nothing.

    An older database with rows is first copied to ``<name>.before-<revision>.bak``. ``scripts``
    is where the migrations lie and ``revision`` the last to apply, for those who test others.

    Raises:
        StoreError: the file is damaged, not ours, of a newer version, or cannot be written. It
            is neither deleted nor overwritten.
    """
    config = Config()
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    with explain_sqlite_errors(database):
        make_private(database)  # SQLite's side files do as it
        found = _inspect(database)
        directory = ScriptDirectory.from_config(config)
        head = directory.get_current_head() or ""
        _refuse_unknown(database, found, directory)
        if found not in (None, head) and _has_rows(database):
            _back_up(database, head)
        _migrate(database, config, revision)


def check_schema(database: Path, scripts: str = SCRIPTS) -> str | None:
    """The schema revision of a file, None for a new one; nothing is changed.

    Raises:
        StoreError: the file is damaged, not ours, or of a newer version.
    """
    config = Config()
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    with explain_sqlite_errors(database):
        found = _inspect(database)
        _refuse_unknown(database, found, ScriptDirectory.from_config(config))
        return found


def _inspect(database: Path) -> str | None:
    """The schema revision, None for a new file; changes nothing, so that a refusal is harmless."""
    if database.stat().st_size == 0 and backups_of(database):
        raise StoreError(
            f"{database} is empty although it has a backup; {restore_advice(database)}"
        )
    with closing(_connect(database)) as connection:
        verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if verdict != "ok":
            reason = " ".join(str(verdict).split())
            raise StoreError(f"{database} is damaged ({reason}); {restore_advice(database)}")
        return _revision(database, connection)


def _connect(database: Path) -> sqlite3.Connection:
    uri = f"{database.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)


def _revision(database: Path, connection: sqlite3.Connection) -> str | None:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not tables:
        return None
    if "alembic_version" in tables:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        if len(rows) == 1:
            return str(rows[0][0])
    raise StoreError(
        f"{database} is a SQLite database of another program, it was left as it is: "
        "choose another file or folder"
    )


def _refuse_unknown(database: Path, found: str | None, directory: ScriptDirectory) -> None:
    known = {script.revision for script in directory.walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"{database} has schema {found}, which this version does not know, it was left as "
            "it is: install the newer version of aiguilleur, or copy a backup in its place"
        )


def _has_rows(database: Path) -> bool:
    with closing(_connect(database)) as connection:
        names = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                " AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
            )
        ]
        quoted = (name.replace('"', '""') for name in names)
        return any(
            connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()  # noqa: S608 - quoted
            for name in quoted
        )


def _back_up(database: Path, revision: str) -> None:
    """Copy the whole database; the copy gets its name only once it is complete and on the disk."""
    part = database.with_name(f"{database.name}.before-{revision}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, _PRIVATE)
    try:
        with closing(_connect(database)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        os.fsync(handle)
    finally:
        os.close(handle)
    for number in count(1):
        again = "" if number == 1 else f"-{number}"
        backup = database.with_name(f"{database.name}.before-{revision}{again}.bak")
        if not backup.exists():
            part.rename(backup)
            return
        # An interrupted migration left the same copy already: one is enough.
        if filecmp.cmp(part, backup, shallow=False):
            part.unlink()
            return


def _migrate(database: Path, config: Config, revision: str) -> None:
    engine = migrating_engine(database)
    try:
        # One transaction over everything: killed at any moment, the old schema is still there.
        with engine.execution_options(**WRITING).begin() as connection:
            run_migrations(connection, config, revision)
    except CommandError as error:
        raise StoreError(
            f"{database} cannot be migrated ({error}); it was left as it is: "
            "install aiguilleur again, its migrations are incomplete"
        ) from error
    finally:
        engine.dispose()


def run_migrations(connection: Connection, config: Config, revision: str = "head") -> None:
    """Apply what is missing, in the transaction that ``connection`` is in."""
    # Another process may have migrated while this one waited for the lock.
    current = MigrationContext.configure(connection).get_current_revision()
    if current != ScriptDirectory.from_config(config).get_current_head():
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
