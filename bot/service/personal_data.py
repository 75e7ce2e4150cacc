"""Shows and erases what is kept of one person, and purges what is kept of all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.ops.wording import count_of
from bot.service.retention import purge_now
from bot.store.database.compact import compact
from bot.store.database.sqlite_engine import backups_of
from bot.store.opening import database_of, open_existing_store
from bot.store.person import erase, everything_about

if TYPE_CHECKING:
    from bot.ops.settings import Settings


async def export(settings: Settings, channel: str, chat: str) -> str:
    """All that is kept of one chat, as JSON.

    Raises:
        StoreError: there is no database, or it cannot be used.
    """
    async with await open_existing_store(settings) as store:
        name = store.pseudonym.of(channel, chat)
        kept = await store.write(lambda connection: everything_about(connection, store.vault, name))
    data = {
        "channel": channel,
        "chat": chat,
        "pseudonym": name,
        "exported_at": datetime.now(UTC),
        "rows": {table: len(rows) for table, rows in kept.items()},
        **kept,
    }
    return json.dumps(data, ensure_ascii=False, indent=1, default=_as_json)


async def forget(settings: Settings, channel: str, chat: str) -> list[str]:
    """Erase all that leads back to one chat, from the files too; what was done, in lines.

    Raises:
        StoreError: there is no database, or it cannot be used.
    """
    async with await open_existing_store(settings) as store:
        name = store.pseudonym.of(channel, chat)
        number = await store.write(lambda connection: erase(connection, name))
        await compact(store.database)
    told = f"forgotten: {count_of(number, 'turn')} led to this chat, none does any more"
    return [told, *_backups(settings)]


async def purge(settings: Settings, now: datetime | None) -> list[str]:
    """Erase what has been kept for long enough; what was done, in lines.

    Raises:
        StoreError: there is no database, or it cannot be used.
    """
    async with await open_existing_store(settings) as store:
        counts = await purge_now(store, settings, now)
    told = ", ".join(f"{number} {what}" for what, number in counts.items())
    return [f"purged: {told}", *_backups(settings)]


def _backups(settings: Settings) -> list[str]:
    path = database_of(settings).path
    copies = backups_of(path) if path else []
    return [
        f"an older copy still holds what it held: {copy}; delete it yourself" for copy in copies
    ]


def _as_json(value: Any) -> str:  # noqa: ANN401 - whatever a row holds
    return value.isoformat() if isinstance(value, datetime) else str(value)
