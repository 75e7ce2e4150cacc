"""Erases what was kept for as long as it may be, and notes how many rows: never which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, insert, or_, select

from bot.store.keeping import NOBODY, Limits, declared_tables, tables_by_chat
from bot.store.schema import metadata
from bot.store.tables import purges, turns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.keeping import Periods, Statement


async def purge(connection: AsyncConnection, now: datetime, periods: Periods) -> dict[str, int]:
    """In a transaction: erase what is older than ``periods``; how many rows of each kind.

    Writes one line a kind into the table of purges, and one for the whole, even when there was
    nothing to erase: that is the proof that somebody looked.
    """
    counts = {
        what: (await connection.execute(statement)).rowcount
        for what, statement in _statements(Limits.at(now, periods))
    }
    noted = {what: number for what, number in counts.items() if number}
    noted["all"] = sum(noted.values())
    rows = [{"at": now, "what": what, "rows": number} for what, number in noted.items()]
    await connection.execute(insert(purges), rows)
    return counts


async def count_erased_turns(connection: AsyncConnection) -> int:
    """In a transaction: count the turns of the whole journal whose chat was erased."""
    number = select(func.count()).select_from(turns).where(turns.c.chat == NOBODY)
    return int((await connection.execute(number)).scalar_one())


def _statements(limits: Limits) -> Iterator[tuple[str, Statement]]:
    """The statements of a purge, each with the name that its rows are counted under.

    Those of the journal come first, for whoever reads the counts; rows that are kept only while
    another table names their chat come last.
    """
    declared = sorted(declared_tables(metadata), key=lambda found: found[0] is not turns)
    for table, keeping in declared:
        for rule in keeping.purge:
            yield rule.what, rule.statement(table, limits)
    for table, keeping in declared_tables(metadata):
        if keeping.orphaned is not None:
            may_go = keeping.orphaned(table, limits.now)
            yield table.name, delete(table).where(may_go, ~_known_elsewhere(table))


def _known_elsewhere(table: Table) -> ColumnElement[bool]:
    """Whether rows of the same chat are kept in another table for their own sake."""
    others = [
        other
        for other, keeping, _ in tables_by_chat(metadata)
        if keeping.orphaned is None and "chat" in other.c
    ]
    return or_(*(exists().where(other.c.chat == table.c.chat) for other in others))
