"""What is written beside a row of the outbox when it went out: the copy's number, sent parts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, literal, select, update

from bot.store.tables import outbox
from bot.store.ticket_tables import ticket_copies

if TYPE_CHECKING:
    from sqlalchemy import Insert, Update


def note_copy(number_of_row: int, state: str, number: object) -> Update:
    """Notes what became of the copy of a ticket's message that a row sends, if it sends one."""
    theirs = update(ticket_copies).where(ticket_copies.c.outbox_id == number_of_row)
    return theirs.values(state=state, number=number, at=datetime.now(UTC))


def part_row(number: int, message_id: int | None, reason: str) -> Insert:
    """A row for a part that went out, beside the row that it was part of."""
    own = {
        "payload": literal(""),
        "state": literal("sent"),
        "reason": literal(reason),
        "message_id": literal(message_id, outbox.c.message_id.type),
        "done_at": literal(datetime.now(UTC), outbox.c.done_at.type),
    }
    same = {
        n: outbox.c[n]
        for n in ("at", "source", "chat", "question", "attempts", "not_before", "ticket_id")
    }
    row = {**same, **own}
    return insert(outbox).from_select([*row], select(*row.values()).where(outbox.c.id == number))
