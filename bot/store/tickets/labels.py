"""What a desk's presses say of the turns that led to its tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.store.staff_tables import labels
from bot.store.tables import insert_new, turns

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.escalation.tickets import Ticket

ORIGIN = "ticket"


class SqlLabels:
    """A ``bot.escalation.ports.Labels`` in one transaction.

    Args:
        connection: of the transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, ticket: Ticket, by: str, entry: str, at: datetime) -> None:
        """Somebody has chosen an entry for the question of a ticket; their last choice counts."""
        if ticket.turn_id is None:
            return
        shown = select(turns.c.entry).where(turns.c.id == ticket.turn_id)
        right = (await self._connection.execute(shown)).scalar_one_or_none() == entry
        said = {"verdict": "right" if right else "wrong", "target": f"entry:{entry}", "at": at}
        row = {"turn_id": ticket.turn_id, "by": by, "origin": ORIGIN, **said}
        added = insert_new(labels, self._connection.dialect.name).values(row)
        if not (await self._connection.execute(added)).rowcount:
            theirs = labels.c.turn_id == ticket.turn_id, labels.c.by == by
            known = update(labels).where(*theirs, labels.c.origin == ORIGIN)
            await self._connection.execute(known.values(said))
