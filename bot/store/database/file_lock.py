"""The lock of a database file: one process serves from it, and only that one may migrate it."""

from __future__ import annotations

import fcntl
from typing import TYPE_CHECKING

from bot.store import StoreError

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path

PRIVATE_FOLDER = 0o700


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
        path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        file = path.open("a", encoding="ascii")
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}): check DATA_DIR") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
