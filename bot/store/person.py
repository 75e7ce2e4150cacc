"""Everything about one chat: shown whole, or erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from bot.store.journal import forget_chat
from bot.store.tables import chats, feedback, inbox, messages, outbox, turns

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.vault import Vault


async def everything_about(connection: AsyncConnection, vault: Vault, chat: str) -> dict[str, Any]:
    """Every row that belongs to the chat of a pseudonym, by table, in order of time.

    What is sealed is opened: it is theirs.
    """
    clicks = feedback.c.turn_id.in_(select(turns.c.id).where(turns.c.chat == chat))
    return {
        "turns": await _rows(connection, turns, turns.c.chat == chat),
        "feedback": await _rows(connection, feedback, clicks),
        "inbox": [_open_payload(vault, row) for row in await _of(connection, inbox, chat)],
        "outbox": [_open_payload(vault, row) for row in await _of(connection, outbox, chat)],
        "messages": [_open_payload(vault, row) for row in await _of(connection, messages, chat)],
        "chats": [_open_addresses(vault, row) for row in await _of(connection, chats, chat)],
    }


async def erase(connection: AsyncConnection, chat: str) -> int:
    """Erase what links a chat to anything, what waits to be answered or sent too; its turns."""
    for table in (inbox, outbox):
        await connection.execute(delete(table).where(table.c.chat == chat, _waiting(table)))
    return await forget_chat(connection, chat)


def _waiting(table: Table) -> ColumnElement[bool]:
    state: ColumnElement[bool] = table.c.state == "pending"
    return state


async def _of(connection: AsyncConnection, table: Table, chat: str) -> list[dict[str, Any]]:
    return await _rows(connection, table, table.c.chat == chat)


async def _rows(
    connection: AsyncConnection, table: Table, theirs: ColumnElement[bool]
) -> list[dict[str, Any]]:
    found = select(table).where(theirs).order_by(*table.primary_key.columns)
    return [dict(row) for row in (await connection.execute(found)).mappings()]


def _open_payload(vault: Vault, row: dict[str, Any]) -> dict[str, Any]:
    return _open(vault, row, "payload")


def _open_addresses(vault: Vault, row: dict[str, Any]) -> dict[str, Any]:
    return _open(vault, row, "moved_to", "address")


def _open(vault: Vault, row: dict[str, Any], *names: str) -> dict[str, Any]:
    opened = {name: vault.open_or_none(row[name]) if row[name] else None for name in names}
    return {**row, **opened}
