"""Backs up and restores what the settings name, and says what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store.copies.backup import back_up, sqlite_path
from bot.store.copies.restore import restore
from bot.store.opening import database_of

if TYPE_CHECKING:
    from pathlib import Path

    from bot.ops.settings import Settings


def backup_lines(settings: Settings, file: Path | None) -> list[str]:
    """Copy the database of ``settings`` into ``file``; what was done, in lines.

    Raises:
        AddressError: it is a server, which has its own tool.
        StoreError: there is none, or no copy can be made.
    """
    path = sqlite_path(database_of(settings), "pg_dump")
    key = settings.pseudonym_key.get_secret_value()
    made = back_up(path, settings.data_dir, key, file)
    kept = (
        "the pseudonym key is in it: keep it as you keep a secret"
        if made.with_key
        else "the pseudonym key is not in it: keep PSEUDONYM_KEY with it"
    )
    size = made.file.stat().st_size / 1e6
    return [
        f"backed up: {path}, schema {made.manifest.revision or 'none'}, to {made.file} "
        f"({size:.1f} MB)",
        f"{kept}; what is erased or purged from now on is still in this copy: let it expire",
    ]


def restore_lines(settings: Settings, file: Path) -> list[str]:
    """Put the backup ``file`` where the database of ``settings`` was; what was done, in lines.

    Raises:
        AddressError: it is a server, which has its own tool.
        StoreError: nothing was changed; the message says why.
    """
    path = sqlite_path(database_of(settings), "pg_restore or psql")
    key = settings.pseudonym_key.get_secret_value()
    done = restore(file, path, settings.data_dir, key)
    manifest = done.manifest
    return [
        f"restored: {path}, as it was at {manifest.made} (schema {manifest.revision or 'none'}, "
        f"aiguilleur {manifest.version})",
        *(
            f"what was there before is kept as {kept}; delete it yourself"
            for kept in done.set_aside
        ),
        "next: run `aiguilleur purge`, and `aiguilleur forget` again for who asked for it since; "
        "then start the service and run `aiguilleur doctor`",
    ]
