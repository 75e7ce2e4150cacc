"""Which mailboxes of desks have a ticket, and which of them are to be asked to delete it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select, update

from bot.store.tables import insert_new
from bot.store.ticket_mail_tables import ticket_boxes
from bot.store.ticket_tables import tickets

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.vault import Vault

ERASING, ASKED = "erasing", "asked"


class Box(NamedTuple):
    """A mailbox that has an erased ticket.

    Attributes:
        ticket_id, number: of the ticket.
        box: the mailbox by its pseudonym.
        address: of the mailbox; empty: no key opens it any more.
    """

    ticket_id: int
    number: str
    box: str
    address: str


async def note_box(
    connection: AsyncConnection, vault: Vault, ticket_id: int, box: str, address: str
) -> None:
    """In a transaction: a mail about a ticket is going to a mailbox, by its pseudonym too."""
    row = {
        "ticket_id": ticket_id,
        "box": box,
        "at": datetime.now(UTC),
        "place": vault.seal({"address": address}),
        "state": "there",
    }
    await connection.execute(insert_new(ticket_boxes, connection.dialect.name).values(row))


async def boxes_to_ask(connection: AsyncConnection, vault: Vault, limit: int) -> list[Box]:
    """In a transaction: the mailboxes that are still to be asked to delete a ticket."""
    found = (
        select(ticket_boxes, tickets.c.number)
        .join(tickets, tickets.c.id == ticket_boxes.c.ticket_id)
        .where(ticket_boxes.c.state == ERASING)
        .order_by(ticket_boxes.c.ticket_id)
        .limit(limit)
    )
    rows = (await connection.execute(found)).all()
    opened = ((row, vault.open_or_none(row.place) or {}) for row in rows)
    return [
        Box(row.ticket_id, row.number, row.box, said.get("address", "")) for row, said in opened
    ]


async def mark_asked(connection: AsyncConnection, box: Box) -> bool:
    """In a transaction: this mailbox is asked with it; False when it was asked before."""
    there = ticket_boxes.c.ticket_id == box.ticket_id, ticket_boxes.c.box == box.box
    asked = update(ticket_boxes).where(*there, ticket_boxes.c.state == ERASING)
    return (await connection.execute(asked.values(state=ASKED, place=""))).rowcount == 1
