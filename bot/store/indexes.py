"""Indexes of what waits in a queue, whatever was done before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Index, text

if TYPE_CHECKING:
    from sqlalchemy import TextClause


def waiting_indexes(table: str) -> tuple[Index, ...]:
    """Of a queue: what waits, in its order and by chat, and what is held.

    Each has a condition, so that what is done is in none of them.
    """
    pending, held = text("state = 'pending'"), text("lease IS NOT NULL")
    return (
        _index(f"ix_{table}_waiting", ("source", "id"), pending),
        _index(f"ix_{table}_lane", ("source", "chat", "id"), pending),
        _index(f"ix_{table}_held", ("source", "chat"), held),
    )


def _index(name: str, columns: tuple[str, ...], where: TextClause) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)
