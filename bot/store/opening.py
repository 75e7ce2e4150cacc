"""Open the store that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store.database.opening import open_database
from bot.store.pseudonym import Pseudonym, load_key
from bot.store.store import Store

if TYPE_CHECKING:
    from bot.ops.settings import Settings
    from bot.store.database.database import Database


def database_of(settings: Settings) -> Database:
    """The database that ``settings`` name."""
    return open_database(settings.database_url.get_secret_value(), settings.database)


async def open_store(settings: Settings) -> Store:
    """The store of ``settings``, created or migrated.

    Raises:
        StoreError: it cannot be used.
    """
    key = load_key(settings.data_dir, settings.pseudonym_key.get_secret_value() or None)
    keep_texts = settings.retention_text_days > 0
    return await Store.open(database_of(settings), key, Pseudonym(key), keep_texts=keep_texts)
