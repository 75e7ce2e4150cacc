"""A row of the outbox as it is taken to be sent, and what is noted of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, literal, select, update

from bot.store.tables import outbox
from bot.store.ticket_tables import ticket_copies

if TYPE_CHECKING:
    from sqlalchemy import Insert, Update

_SAME = (
    "at",
    "source",
    "chat",
    "question",
    "attempts",
    "not_before",
    "asked_at",
    "words",
    "ticket_id",
)
"""What a part that went out has of the row that it was part of."""

DUE_COLUMNS = ("id", "at", "chat", "attempts", "payload", "ticket_id", "asked_at")


class Question(NamedTuple):
    """What is known of the message that is answered.

    Attributes:
        at: when it came.
        words: a keyed digest of what it says; see :meth:`bot.store.store.Store.digest`.
    """

    at: datetime | None = None
    words: str | None = None


NOTHING = Question()
"""What is known of the question where there is none."""


@dataclass(frozen=True, slots=True)
class Due:
    """A message that this process is to send.

    Attributes:
        id, chat: of the row.
        at: when it was written, or may be sent.
        attempts: how often it was tried, this time included.
        payload: what is sent; None when it cannot be opened.
        ticket_id: the ticket that it belongs to, if any.
        asked_at: when the message came that it answers, if it answers one.
    """

    id: int
    at: datetime
    chat: str
    attempts: int
    payload: dict[str, Any] | None
    ticket_id: int | None = None
    asked_at: datetime | None = None

    @property
    def seconds_since_asked(self) -> float | None:
        """How long ago the message came that it answers; None when it answers none."""
        return (datetime.now(UTC) - self.asked_at).total_seconds() if self.asked_at else None


def note_copy(due: Due, state: str, number: object) -> Update:
    """Note what became of the copy of a ticket's message that a row sends, if it sends one."""
    theirs = update(ticket_copies).where(ticket_copies.c.outbox_id == due.id)
    return theirs.values(state=state, number=number, at=datetime.now(UTC))


def add_sent_part(
    number: int, message_id: int | None, reason: str, *, apart: bool = False
) -> Insert:
    """A row for a part that went out, beside the row that it was part of, unless it is apart."""
    own = {
        "payload": literal(""),
        "state": literal("sent"),
        "reason": literal(reason),
        "message_id": literal(message_id, outbox.c.message_id.type),
        "done_at": literal(datetime.now(UTC), outbox.c.done_at.type),
    }
    same = {name: outbox.c[name] for name in _SAME}
    if apart:
        own["question"] = literal(None, outbox.c.question.type)
    row = {**same, **own}
    return insert(outbox).from_select([*row], select(*row.values()).where(outbox.c.id == number))
