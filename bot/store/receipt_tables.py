"""The table of receipts: by a number and a code, a ticket is found without its chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, ForeignKey, String, Table, delete, select

from bot.store.column_types import UtcDateTime
from bot.store.keeping import KEEPING, Keeping, Rule, by_chat, delete_rows
from bot.store.metadata import metadata
from bot.store.ticket_tables import tickets

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.store.keeping import Limits, Statement


def of_tickets(table: Table, chat: str) -> ColumnElement[bool]:
    """The rows about tickets of a chat."""
    theirs = select(tickets.c.id).where(by_chat(tickets, chat))
    found: ColumnElement[bool] = table.c.ticket_id.in_(theirs)
    return found


def of_the_past(table: Table, limits: Limits) -> ColumnElement[bool]:
    """The rows about tickets whose texts are gone: there is nothing to come back for."""
    late = tickets.c.state.in_(("closed", "erased")), tickets.c.closed_at < limits.tickets
    found: ColumnElement[bool] = table.c.ticket_id.in_(select(tickets.c.id).where(*late))
    return found


def _delete_of_the_past(table: Table, limits: Limits) -> Statement:
    return delete(table).where(of_the_past(table, limits))


ticket_receipts = Table(
    "ticket_receipts",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    # A keyed hash: who reads the table has no code.
    Column("code", String(64), nullable=False),
    info={
        KEEPING: Keeping(
            theirs=of_tickets,
            erase=delete_rows,
            purge=(Rule("receipts", _delete_of_the_past),),
        )
    },
)
