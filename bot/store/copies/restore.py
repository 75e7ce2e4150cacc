"""Puts a backup in the place of the database, once nobody serves from it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.store import StoreError
from bot.store.copies.archive import DATABASE, KEY, BrokenBackupError, Manifest, read_archive
from bot.store.copies.backup import key_print, print_of_file
from bot.store.database.migrate import check_schema
from bot.store.database.sqlite_engine import explain_sqlite_errors
from bot.store.pseudonym import KEY_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEPT_BESIDE = ("-wal", "-shm", "-journal")
"""Endings of what SQLite keeps beside a file."""

_HEADER = b"SQLite format 3\0"
"""How every database of SQLite begins (https://www.sqlite.org/fileformat.html)."""


class Restored(NamedTuple):
    """What was put back, and the files that stood there before, under their new names."""

    manifest: Manifest
    set_aside: tuple[Path, ...]


def restore(file: Path, database: Path, data_dir: Path, configured_key: str) -> Restored:
    """Put the backup ``file`` in the place of ``database``; what was there is kept beside it.

    Raises:
        StoreError: a service holds the database, the backup is damaged, of a newer version, or of
            another pseudonym key than the settings; nothing was changed.
    """
    with explain_sqlite_errors(file):
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=database.parent, prefix=".restoring-") as folder:
            manifest = read_archive(file, Path(folder))
            _refuse_unsound(file, Path(folder) / DATABASE)
            _refuse_other_key(file, manifest, configured_key)
            _refuse_served(database)
            set_aside = tuple(_put_in_place(Path(folder), database, data_dir))
    return Restored(manifest, set_aside)


def _refuse_unsound(file: Path, copy: Path) -> None:
    try:
        check_schema(copy)
    except StoreError as error:
        raise BrokenBackupError(file, str(error).replace(str(copy), "its database")) from error


def _refuse_other_key(file: Path, manifest: Manifest, configured: str) -> None:
    """With another key, whoever asks to be forgotten would be told that nothing is kept."""
    if not manifest.key_print:
        return
    given = key_print(configured.encode("utf-8", "surrogateescape")) if configured else ""
    if configured and given != manifest.key_print:
        raise StoreError(f"{file} was made with another PSEUDONYM_KEY than is set: set that one")
    if not configured and KEY not in manifest.sha256:
        raise StoreError(f"{file} was made with a PSEUDONYM_KEY that is not in it: set that one")


def _refuse_served(database: Path) -> None:
    """Whoever has the file open, even idle, keeps SQLite from leaving its write-ahead log."""
    if not database.exists() or not _begins_well(database):
        # SQLite would clear away what lies beside a file that is none of its own.
        return
    uri = f"{database.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=1.0)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise StoreError(
                f"{database} is in use: stop the service, then restore again"
            ) from error
        # A file that cannot be opened is what a backup is for: it is only moved.
    except sqlite3.DatabaseError:
        return


def _begins_well(database: Path) -> bool:
    with database.open("rb") as file:
        return file.read(len(_HEADER)) == _HEADER


def _put_in_place(folder: Path, database: Path, data_dir: Path) -> Iterator[Path]:
    moves = [(folder / DATABASE, database), (folder / KEY, data_dir / KEY_FILE)]
    for new, old in moves:
        if not new.exists():
            continue
        if old.exists() and not _is_same_key(new, old):
            yield _set_aside(old)
        _give_to_owner_of(old.parent, new)
        new.replace(old)
        _sync(old.parent)


def _set_aside(path: Path) -> Path:
    """Give a file another name, with what SQLite keeps beside it: that may hold its last pages."""
    names = (f"{path.name}.before-restore{f'-{n}' * (n > 1)}.bak" for n in count(1))
    aside = next(free for name in names if not (free := path.with_name(name)).exists())
    for ending in ("", *_KEPT_BESIDE):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside


def _is_same_key(new: Path, old: Path) -> bool:
    try:
        return old.name == KEY_FILE and print_of_file(new) == print_of_file(old)
    except StoreError:
        return False


def _give_to_owner_of(folder: Path, file: Path) -> None:
    """What root puts back is to be opened by the service's own user."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
