"""Rows that may leave the service: never a chat, a name or what a person is called elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from sqlalchemy import select

from bot.conversation.turns import IMPORTED
from bot.store.fact_tables import episodes
from bot.store.outcomes import outcome_at
from bot.store.staff_tables import labels
from bot.store.tables import turns
from bot.store.ticket_tables import tickets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

Exported: TypeAlias = Literal["turns", "episodes", "labels", "tickets"]
EXPORTED: tuple[Exported, ...] = get_args(Exported)

_TABLES: dict[Exported, Table] = {
    "turns": turns,
    "episodes": episodes,
    "labels": labels,
    "tickets": tickets,
}
_MOMENTS: dict[Exported, str] = {
    "turns": "at",
    "episodes": "started_at",
    "labels": "at",
    "tickets": "opened_at",
}
_TURNS = ("id", "at", "channel", "action", "entry", "desk", "family", "confidence", "model", "kind")
_EPISODES = ("id", "started_at", "last_at", "channel", "turns", "action", "entry", "desk", "shown")
_LABELS = ("turn_id", "origin", "verdict", "target", "at")
_TICKETS = (
    *("number", "desk", "state", "channel", "reason", "opened_at", "due_at", "first_reply_at"),
    *("closed_at", "closing", "reopened"),
)
_COLUMNS: dict[Exported, tuple[str, ...]] = {
    "turns": _TURNS,
    "episodes": _EPISODES,
    "labels": _LABELS,
    "tickets": _TICKETS,
}
_KEY = "key_of_row"
_AT_ONCE = 1_000


class Exports:
    """Reads rows of a period, the oldest first, within one transaction.

    Args:
        connection: of the transaction.
        since: the first moment; ``until``: the first moment after it.
        now: the moment of the look, for what is too early to tell.

    Attributes:
        at_once: how many rows are read at a time.
    """

    def __init__(
        self, connection: AsyncConnection, since: datetime, until: datetime, now: datetime
    ) -> None:
        self._connection = connection
        self._since = since
        self._until = until
        self._now = now
        self.at_once = _AT_ONCE

    def columns(self, kind: Exported, *, texts: bool) -> dict[str, type]:
        """The columns of a file in order, each with what its values are.

        Args:
            kind: of which rows.
            texts: whether what people wrote is among the columns of ``turns``, scrubbed.
        """
        more = {"turns": ("text",) if texts else (), "episodes": ("outcome",)}
        known = _TABLES[kind].c
        found = {name: known[name].type.python_type for name in _COLUMNS[kind]}
        return {**found, **dict.fromkeys(more.get(kind, ()), str)}

    async def parts(self, kind: Exported, *, texts: bool) -> AsyncIterator[list[dict[str, Any]]]:
        """The rows, at most a thousand at a time; arguments as of :meth:`columns`."""
        table, moment = _TABLES[kind], _MOMENTS[kind]
        named: list[Any] = [table.c[name] for name in _COLUMNS[kind]]
        if kind == "episodes":
            named.append(outcome_at(self._now).label("outcome"))
        if kind == "turns" and texts:
            named.append(table.c.text)
        whole = (table.c.kind != IMPORTED,) if kind == "turns" else ()
        query = (
            select(*named, table.c.id.label(_KEY))
            .where(table.c[moment] >= self._since, table.c[moment] < self._until, *whole)
            .order_by(table.c.id)
            .limit(self.at_once)
        )
        last = 0
        while True:
            part = await self._connection.execute(query.where(table.c.id > last))
            found = part.mappings().all()
            if not found:
                return
            yield [{name: row[name] for name in row if name != _KEY} for row in found]
            last = found[-1][_KEY]
