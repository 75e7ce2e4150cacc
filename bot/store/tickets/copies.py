"""Where the messages of tickets stand: the map by which replies and edits find their way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.store.tables import insert_new, outbox
from bot.store.ticket_tables import ticket_copies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.messages import About
    from bot.escalation.tickets import Place


async def put_copy(
    connection: AsyncConnection,
    about: About,
    outbox_id: int | None,
    source: str,
    chat: str,
    *,
    at_desk: Place = "topic",
) -> None:
    """In a transaction: note that a message is being copied to where a row of the outbox goes.

    A message that is copied to a place again, as after a transfer, stands in the new one alone.

    Args:
        connection: of the transaction.
        about: ticket and message, and whether it goes to the desk.
        outbox_id: the row; None: nothing is sent, it waits until it is read in the ticket.
        source: channel and account of the place.
        chat: the pseudonym of the chat there.
        at_desk: what kind of place it is, when it goes to the desk.
    """
    place = at_desk if about.for_desk else "asker"
    values = {
        "outbox_id": outbox_id,
        "source": source,
        "chat": chat,
        "number": None,
        "state": "pending",
        "at": datetime.now(UTC),
    }
    row = {"message_id": about.message, "place": place, **values}
    added = insert_new(ticket_copies, connection.dialect.name).values(row)
    if not (await connection.execute(added)).rowcount:
        there = ticket_copies.c.message_id == about.message, ticket_copies.c.place == place
        await connection.execute(update(ticket_copies).where(*there).values(values))


async def settle_together(
    connection: AsyncConnection, place: Place, numbers: Mapping[int, int | None], reason: str = ""
) -> None:
    """In a transaction: messages that one call has copied to a place are not sent there again.

    Args:
        connection: of the transaction.
        place: where they went; they wait in one lane, which the caller holds.
        numbers: of each message, by its id; None: it did not arrive.
        reason: why it did not; empty when it did.
    """
    at = datetime.now(UTC)
    for message_id, number in numbers.items():
        copy = ticket_copies.c.message_id == message_id, ticket_copies.c.place == place
        row = outbox.c.id == select(ticket_copies.c.outbox_id).where(*copy).scalar_subquery()
        done = {"state": "dropped" if reason else "sent", "reason": reason[:100], "payload": ""}
        gone = update(outbox).where(row).values(**done, message_id=number, done_at=at, lease=None)
        await connection.execute(gone.values(holder=None))
        noted = update(ticket_copies).where(*copy)
        state = "failed" if reason else "sent"
        await connection.execute(noted.values(state=state, number=number, at=at))
