"""The lock of a database file: one process serves from it, and only that one may migrate it."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from bot.store import StoreError

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path

_FOLDER, _FILE, _OTHERS = 0o700, 0o600, 0o077


def lock_database(database: Path) -> TextIOWrapper:
    """The lock of a database file, held until it is closed or the process ends, however it ends.

    Raises:
        StoreError: another process holds it, or it cannot be made.
    """
    lock = try_to_lock(database)
    if lock is None:
        folder = database.parent
        raise StoreError(
            f"another aiguilleur serves from {folder}: stop it, or set another DATA_DIR"
        )
    return lock


def try_to_lock(database: Path) -> TextIOWrapper | None:
    """The same; None when another process holds it.

    Raises:
        StoreError: it cannot be made.
    """
    path = database.with_suffix(".lock")
    try:
        make_private(path)
        file = path.open("a", encoding="ascii")
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}): check DATA_DIR") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def make_private(path: Path) -> None:
    """Make the folder and an empty file that only the owner reads, or close one that is there.

    Raises:
        OSError: it cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=_FOLDER)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, _FILE))
    if path.stat().st_mode & _OTHERS:
        path.chmod(_FILE)
