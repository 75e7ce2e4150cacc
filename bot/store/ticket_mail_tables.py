"""The tables of mails about tickets: addresses of askers, and mailboxes that have a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, delete, update

from bot.store.column_types import UtcDateTime
from bot.store.keeping import KEEPING, Keeping, Rule, delete_rows
from bot.store.metadata import metadata
from bot.store.receipt_tables import of_the_past, of_tickets

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.store.keeping import Limits, Statement


def _delete_of_the_past(table: Table, limits: Limits) -> Statement:
    return delete(table).where(of_the_past(table, limits))


# The address that an asker has left for one ticket, sealed. It goes with the texts of the ticket.
ticket_mails = Table(
    "ticket_mails",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("address", Text, nullable=False),
    info={
        KEEPING: Keeping(
            theirs=of_tickets,
            sealed=("address",),
            erase=delete_rows,
            purge=(Rule("addresses of askers", _delete_of_the_past),),
        )
    },
)


def _mark_to_be_asked(table: Table, theirs: ColumnElement[bool]) -> Statement:
    return update(table).where(theirs, table.c.state == "there").values(state="erasing")


def _delete_old_boxes(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.at < limits.turns)


# The mailboxes of desks that a ticket was sent to: a mail cannot be called back, so each of them is
# asked to delete its copies once the ticket is erased. ``state``: there, erasing (it is still to be
# asked), asked.
ticket_boxes = Table(
    "ticket_boxes",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    # The mailbox by its pseudonym, and sealed.
    Column("box", String(16), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("place", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Index("ix_ticket_boxes_state", "state"),
    info={
        KEEPING: Keeping(
            theirs=of_tickets,
            sealed=("place",),
            erase=_mark_to_be_asked,
            purge=(Rule("mailboxes of tickets", _delete_old_boxes),),
        )
    },
)
