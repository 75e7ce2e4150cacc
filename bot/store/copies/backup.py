"""Copies the database while a service writes it, with the key that makes it of use."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.ops.keys import sign
from bot.ops.version import program_version
from bot.store import AddressError, StoreError
from bot.store.copies.archive import DATABASE, KEY, Manifest, write_archive
from bot.store.database.migrate import check_schema
from bot.store.database.sqlite_engine import BUSY_SECONDS, explain_sqlite_errors
from bot.store.pseudonym import KEY_FILE

if TYPE_CHECKING:
    from bot.store.database.database import Database

_PRINT = "aiguilleur: which key"


class Backup(NamedTuple):
    """A backup that was made: its file, what it says of itself, and whether the key is in it."""

    file: Path
    manifest: Manifest
    with_key: bool


def sqlite_path(database: Database, tool: str) -> Path:
    """The file of ``database``.

    Args:
        database: where everything is kept.
        tool: the program that does for a server what is asked here.

    Raises:
        AddressError: it is a server.
    """
    if database.path is None:
        raise AddressError(
            f"DATABASE_URL names a PostgreSQL server: use {tool}, and keep PSEUDONYM_KEY with it"
        )
    return database.path


def key_print(key: bytes) -> str:
    """16 hexadecimal digits that tell a pseudonym key from others, and say nothing of it."""
    return sign(key, _PRINT)[:16]


def back_up(database: Path, data_dir: Path, configured_key: str, file: Path | None) -> Backup:
    """Write a consistent copy of ``database``, which may be served from meanwhile.

    Args:
        database: the SQLite file.
        data_dir: where the pseudonym key lies, unless it is configured.
        configured_key: the key of the settings; it is theirs to keep, and not copied.
        file: the backup; by default a name with this moment, in the current folder.

    Raises:
        StoreError: there is no database, it is damaged, or the copy cannot be written.
    """
    now = datetime.now(UTC)
    target = file or Path(f"aiguilleur-{now:%Y%m%d-%H%M%S}.tar")
    if not database.exists():
        raise StoreError(f"there is no database {database}: nothing is kept; check DATA_DIR")
    if target.exists():
        raise StoreError(f"{target} is there already and was left as it is: name another file")
    key = data_dir / KEY_FILE
    with explain_sqlite_errors(target), tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / DATABASE
        _copy(database, copy)
        members = {DATABASE: copy, **({KEY: key} if key.exists() and not configured_key else {})}
        manifest = Manifest(
            version=program_version(),
            revision=check_schema(copy),
            made=now.isoformat(timespec="seconds"),
            key_print=_print_in_force(key, configured_key),
        )
        write_archive(target, manifest, members)
    return Backup(target, manifest, KEY in members)


def _copy(database: Path, copy: Path) -> None:
    """In one step, so that what is written meanwhile makes it begin anew at no time."""
    uri = f"{database.absolute().as_uri()}?mode=rw"
    with (
        explain_sqlite_errors(database),
        closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        # One file: without its log, the copy would be only a part.
        target.execute("PRAGMA journal_mode=DELETE")


def _print_in_force(key: Path, configured: str) -> str:
    if configured:
        return key_print(configured.encode("utf-8", "surrogateescape"))
    return print_of_file(key) if key.exists() else ""


def print_of_file(key: Path) -> str:
    """The print of the key in a file.

    Raises:
        StoreError: it cannot be read, or is no key.
    """
    try:
        return key_print(bytes.fromhex(key.read_text("ascii")))
    except (OSError, ValueError) as error:
        raise StoreError(f"{key} is no key of 64 hexadecimal digits: mend that first") from error
