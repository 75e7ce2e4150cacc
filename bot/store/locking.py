"""Keeps other processes out of one chat until a transaction ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_SIGN = 1 << 63


async def lock_chat(connection: AsyncConnection, chat: str) -> None:
    """Hold a chat, by its pseudonym, until the transaction ends; a file has one writer anyway."""
    if connection.dialect.name == "postgresql":
        key = (int(chat, 16) ^ _SIGN) - _SIGN  # 64 bits without a sign, as a number with one
        await connection.execute(select(func.pg_advisory_xact_lock(key)))
