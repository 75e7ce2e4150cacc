"""Chooses what to take of what waits: of free chats, in order, by indexes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, case, func, literal, select
from sqlalchemy.sql.util import ClauseAdapter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import CTE, ColumnElement, FromClause, Select, Table

_BEYOND = 2**63 - 1
"""Above every number of a row."""


def first_rows(
    table: Table,
    there: Sequence[ColumnElement[bool]],
    wanted: ColumnElement[bool],
    held: Select[Any],
    *,
    limit: int,
    length: int,
) -> Select[Any]:
    """The first rows of the chats that nobody has in hand; nothing behind may overtake.

    What waits is walked in its order, and only until there are enough chats: each row is asked by
    an index whether it is the first of its chat, however many wait.

    Args:
        table: with ``id`` and ``chat``.
        there: which rows there are at all.
        wanted: what else must be true of the first row of a chat.
        held: the chats that somebody has in hand.
        limit: how many chats at most.
        length: how many rows of a chat at most.

    Returns:
        ``id``, ``chat`` and ``place``, which is 1 for the first row of its chat.
    """
    chats = _chats(table, there, wanted, held, limit=limit, length=length)
    theirs = table.c.chat == chats.c.chat, table.c.id >= chats.c.id, table.c.id < chats.c.behind
    place = case((table.c.id == chats.c.id, 1), else_=2)
    return (
        select(table.c.id, table.c.chat, place.label("place"))
        .join(chats, and_(*theirs))
        .where(*there)
    )


def _chats(
    table: Table,
    there: Sequence[ColumnElement[bool]],
    wanted: ColumnElement[bool],
    held: Select[Any],
    *,
    limit: int,
    length: int,
) -> CTE:
    """The first row of each chat that is to be taken, and the row that is too much of it."""
    other = table.alias("other")
    theirs = *_about(other, there), other.c.chat == table.c.chat
    first = ~select(other.c.id).where(*theirs, other.c.id < table.c.id).exists()
    too_much = select(other.c.id).where(*theirs).order_by(other.c.id).offset(length).limit(1)
    # Here, where it is worked out once a chat: asked of each row, it would be once a row.
    behind = func.coalesce(too_much.scalar_subquery(), literal(_BEYOND, BigInteger))
    return (
        select(table.c.id, table.c.chat, behind.label("behind"))
        .where(*there, table.c.chat.not_in(held), first, wanted)
        .order_by(table.c.id)
        .limit(limit)
        .cte("chats_to_take")
    )


def _about(
    other: FromClause, conditions: Sequence[ColumnElement[bool]]
) -> list[ColumnElement[bool]]:
    """The conditions, asked of another row of the same table."""
    adapter = ClauseAdapter(other)
    return [adapter.traverse(condition) for condition in conditions]
