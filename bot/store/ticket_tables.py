"""The tables of tickets, as ``bot.store.tables`` has the others; that one gives all of them.

What a person wrote is sealed (``body``, ``name``, ``handle``) and emptied when a ticket has been
closed for as long as the settings say. The row of a ticket stays for the figures.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    case,
    delete,
    func,
    literal,
    select,
    update,
)

from bot.store.column_types import UtcDateTime
from bot.store.keeping import KEEPING, Keeping, Rule, by_chat, delete_rows, set_values
from bot.store.metadata import metadata

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.store.keeping import Limits, Statement


def _erase_tickets(table: Table, theirs: ColumnElement[bool]) -> Statement:
    """Erase as ``bot.escalation.transitions.erase`` does; a topic is then to be deleted."""
    there = table.c.thread_state == "open"
    return (
        update(table)
        .where(theirs)
        .values(
            chat="",
            address=None,
            turn_id=None,
            opening_key=None,
            state="erased",
            version=table.c.version + 1,
            closed_at=func.coalesce(table.c.closed_at, literal(datetime.now(UTC), UtcDateTime())),
            waiting_since=None,
            due_at=None,
            aside_until=None,
            thread_state=case((there, "deleting"), else_=table.c.thread_state),
        )
    )


def _delete_old_tickets(table: Table, limits: Limits) -> Statement:
    ended = table.c.state.in_(("closed", "erased"))
    return delete(table).where(ended, table.c.closed_at < limits.turns)


tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("number", String(16), nullable=False, unique=True),
    # Of the update that opened it, so that it does so once.
    Column("opening_key", String(200), unique=True),
    Column("desk", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("source", String(64), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("chat", String(16), nullable=False),
    # Sealed: where the asker is.
    Column("address", Text),
    Column("turn_id", ForeignKey("turns.id", ondelete="SET NULL")),
    Column("reason", String(32), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("waiting_since", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("first_reply_at", UtcDateTime),
    # Once erased, the moment of that.
    Column("closed_at", UtcDateTime),
    Column("closing", String(16), nullable=False),
    Column("reopened", Integer, nullable=False),
    Column("assignee", ForeignKey("staff.id", ondelete="SET NULL")),
    Column("aside_until", UtcDateTime),
    # Where the desk has it: sealed, and the pseudonym by which a message from there is recognised.
    Column("place", Text),
    Column("place_source", String(64), nullable=False),
    Column("place_chat", String(16), nullable=False),
    Column("thread", BigInteger),
    Column("thread_state", String(16), nullable=False),
    Column("rating", Integer),
    Column("linked", ForeignKey("tickets.id", ondelete="SET NULL")),
    Index("ix_tickets_chat", "chat", "state"),
    Index("ix_tickets_state", "state", "desk", "id"),
    Index("ix_tickets_thread", "place_chat", "thread"),
    Index("ix_tickets_turn", "turn_id"),
    Index("ix_tickets_opened", "opened_at"),
    info={
        KEEPING: Keeping(
            theirs=by_chat,
            sealed=("address", "place"),
            erase=_erase_tickets,
            purge=(Rule("tickets", _delete_old_tickets),),
        )
    },
    sqlite_autoincrement=True,
)


def _of_tickets(table: Table, chat: str) -> ColumnElement[bool]:
    theirs = select(tickets.c.id).where(by_chat(tickets, chat))
    found: ColumnElement[bool] = table.c.ticket_id.in_(theirs)
    return found


def _of_messages(table: Table, chat: str) -> ColumnElement[bool]:
    theirs = select(ticket_messages.c.id).where(_of_tickets(ticket_messages, chat))
    found: ColumnElement[bool] = table.c.message_id.in_(theirs)
    return found


def _are_over(limits: Limits) -> ColumnElement[bool]:
    """The messages of tickets that have been over for as long as their texts are kept."""
    late = tickets.c.state.in_(("closed", "erased")), tickets.c.closed_at < limits.tickets
    over = select(tickets.c.id).where(*late)
    found: ColumnElement[bool] = ticket_messages.c.ticket_id.in_(over)
    return found


def _empty_bodies(table: Table, limits: Limits) -> Statement:
    return (
        update(table).where(_are_over(limits), table.c.body != "").values(body="", state="erased")
    )


def _delete_attachments(table: Table, limits: Limits) -> Statement:
    over = select(ticket_messages.c.id).where(_are_over(limits))
    return delete(table).where(table.c.message_id.in_(over))


ticket_messages = Table(
    "ticket_messages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("author", String(16), nullable=False),
    Column("staff", ForeignKey("staff.id", ondelete="SET NULL")),
    Column("internal", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    # Whether the asker's own contact is masked in it, as patients' identifiers always are.
    Column("scrubbed", Boolean, nullable=False),
    Column("origin", String(64)),
    Column("origin_id", String(200)),
    # What was sent together: the chat's pseudonym and its own name of the album.
    Column("album", String(200)),
    Column("edited_at", UtcDateTime),
    Column("state", String(16), nullable=False),
    UniqueConstraint("origin", "origin_id", name="uq_ticket_messages_origin"),
    Index("ix_ticket_messages_ticket", "ticket_id", "id"),
    Index("ix_ticket_messages_album", "album"),
    info={
        KEEPING: Keeping(
            theirs=_of_tickets,
            sealed=("body",),
            erase=set_values(body="", state="erased", origin=None, origin_id=None, album=None),
            purge=(Rule("ticket texts", _empty_bodies),),
        )
    },
    sqlite_autoincrement=True,
)


def _erase_copies(table: Table, theirs: ColumnElement[bool]) -> Statement:
    """Those at the asker's lead to them; those at the desk are needed to delete them there."""
    at_asker = table.c.place == "asker"
    return (
        update(table)
        .where(theirs)
        .values(
            chat=case((at_asker, ""), else_=table.c.chat),
            number=case((at_asker, None), else_=table.c.number),
            state="withdrawn",
        )
    )


def _delete_old_copies(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.at < limits.turns)


ticket_copies = Table(
    "ticket_copies",
    metadata,
    Column("message_id", ForeignKey("ticket_messages.id", ondelete="CASCADE"), primary_key=True),
    Column("place", String(16), primary_key=True),
    # The row that sends it; several parts of a long message have the last one's number.
    Column("outbox_id", Integer),
    Column("source", String(64), nullable=False),
    Column("chat", String(16), nullable=False),
    Column("number", BigInteger),
    Column("state", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_ticket_copies_number", "source", "chat", "number"),
    Index("ix_ticket_copies_outbox", "outbox_id"),
    info={
        KEEPING: Keeping(
            theirs=_of_messages,
            erase=_erase_copies,
            purge=(Rule("ticket copies", _delete_old_copies),),
        )
    },
)


def _mark_to_be_deleted(table: Table, theirs: ColumnElement[bool]) -> Statement:
    return update(table).where(theirs, table.c.state == "open").values(state="deleting")


def _delete_old_topics(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.at < limits.turns)


# Where a ticket was before it was transferred: its words stand there too, until it is erased.
ticket_topics = Table(
    "ticket_topics",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("source", String(64), nullable=False),
    Column("chat", String(16), nullable=False),
    Column("place", Text, nullable=False),
    Column("thread", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Index("ix_ticket_topics_thread", "chat", "thread"),
    Index("ix_ticket_topics_ticket", "ticket_id"),
    info={
        KEEPING: Keeping(
            theirs=_of_tickets,
            sealed=("place",),
            erase=_mark_to_be_deleted,
            purge=(Rule("topics", _delete_old_topics),),
        )
    },
    sqlite_autoincrement=True,
)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(100), nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("who", String(32), nullable=False),
    Column("what", String(200), nullable=False),
    Index("ix_ticket_events_ticket", "ticket_id", "id"),
    # They hold no words of anybody, and go with their ticket.
    info={KEEPING: Keeping(theirs=_of_tickets)},
    sqlite_autoincrement=True,
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("message_id", ForeignKey("ticket_messages.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("handle", Text, nullable=False),
    Index("ix_attachments_message", "message_id", "id"),
    info={
        KEEPING: Keeping(
            theirs=_of_messages,
            sealed=("name", "handle"),
            erase=delete_rows,
            purge=(Rule("attachments", _delete_attachments),),
        )
    },
    sqlite_autoincrement=True,
)
