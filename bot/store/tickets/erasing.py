"""Erases what belongs to one ticket, as each table declares it for a whole chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from bot.store.keeping import PENDING, keeping_of
from bot.store.receipt_tables import ticket_receipts
from bot.store.tables import outbox
from bot.store.ticket_mail_tables import ticket_boxes, ticket_mails
from bot.store.ticket_tables import (
    attachments,
    ticket_copies,
    ticket_messages,
    ticket_topics,
    tickets,
)

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


async def erase_beside(connection: AsyncConnection, ticket_id: int) -> None:
    """In a transaction: erase where the asker is, the messages, copies and files, what waits."""
    theirs = select(ticket_messages.c.id).where(ticket_messages.c.ticket_id == ticket_id)
    for table in (ticket_copies, attachments):
        if (erase := keeping_of(table).erase) is not None:
            await connection.execute(erase(table, table.c.message_id.in_(theirs)))
    beside = (ticket_messages, ticket_topics, ticket_receipts, ticket_mails, ticket_boxes)
    for table in beside:
        if (erase := keeping_of(table).erase) is not None:
            await connection.execute(erase(table, table.c.ticket_id == ticket_id))
    where = {"address": None, "opening_key": None}
    await connection.execute(update(tickets).where(tickets.c.id == ticket_id).values(where))
    sent = outbox.c.ticket_id == ticket_id, outbox.c.state != PENDING
    await connection.execute(update(outbox).where(*sent).values(payload=""))
    waits = outbox.c.ticket_id == ticket_id, outbox.c.state == PENDING
    await connection.execute(delete(outbox).where(*waits))
