"""Open the store that the settings name: to serve, to talk beside the service, to look after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import StoreError
from bot.store.database.file_lock import lock_database, try_to_lock
from bot.store.database.opening import open_database
from bot.store.database.revision import check_revision
from bot.store.key_mark import read_mark
from bot.store.pseudonym import Pseudonym, load_key
from bot.store.store import Store

if TYPE_CHECKING:
    from io import TextIOWrapper

    from bot.ops.settings import Settings
    from bot.store.database.database import Database


def database_of(settings: Settings) -> Database:
    """The database that ``settings`` name."""
    return open_database(settings.database_url.get_secret_value(), settings.database)


async def open_to_serve(settings: Settings) -> Store:
    """The store of the one service of a database file, created or migrated under its lock.

    Raises:
        StoreError: it cannot be used, or another service uses it.
    """
    database = database_of(settings)
    lock = None if database.path is None else lock_database(database.path)
    try:
        await database.upgrade()
        return await _open(settings, database, lock)
    except BaseException:
        if lock is not None:
            lock.close()
        raise


async def open_store(settings: Settings) -> Store:
    """The store for who may talk beside a service; it is migrated only while none serves.

    Raises:
        StoreError: it cannot be used, or a service of another version uses it.
    """
    database = database_of(settings)
    lock = None if database.path is None else try_to_lock(database.path)
    if database.path is not None and lock is None:
        await check_revision(database)
    else:
        try:
            await database.upgrade()
        finally:
            if lock is not None:
                lock.close()
    return await _open(settings, database)


async def open_existing_store(settings: Settings) -> Store:
    """The store as it is, for an operator's command: nothing is made, migrated or assumed.

    Raises:
        StoreError: there is none, it cannot be used, or it has another schema or key.
    """
    database = database_of(settings)
    if database.path is not None and not database.path.exists():
        raise StoreError(f"there is no database {database.path}: nothing is kept; check DATA_DIR")
    await check_revision(database)
    if await read_mark(database) is None:
        raise StoreError(f"{database.name} was never served from: start the service once")
    return await _open(settings, database)


async def _open(settings: Settings, database: Database, lock: TextIOWrapper | None = None) -> Store:
    configured = settings.pseudonym_key.get_secret_value() or None
    # Who has lost the key of a database is not helped by another one.
    make = await read_mark(database) is None
    key = load_key(settings.data_dir, configured, make=make)
    keep_texts = settings.retention_text_days > 0
    return await Store.open_as_it_is(
        database, key, Pseudonym(key), keep_texts=keep_texts, lock=lock
    )
