"""Who answers tickets, what is prepared and timed beside them, and what is said of turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
)

from bot.store.column_types import UtcDateTime
from bot.store.keeping import (
    KEEPING,
    Keeping,
    Rule,
    by_chat,
    by_turn_of_chat,
    delete_rows,
    set_values,
)
from bot.store.metadata import metadata

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.store.keeping import Limits, Statement

# Numbers without gaps: taken in the transaction that opens a ticket, and given back with it.
counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    info={KEEPING: Keeping()},
)


def _by_person(table: Table, chat: str) -> ColumnElement[bool]:
    """Whoever answers is named as their private chat with the bot is."""
    theirs: ColumnElement[bool] = table.c.telegram == chat
    return theirs


staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("telegram", String(16), unique=True),
    Column("mail", Text),
    Column("name", Text, nullable=False),
    Column("desks", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    info={
        KEEPING: Keeping(
            theirs=_by_person,
            sealed=("name", "mail"),
            erase=set_values(telegram=None, mail=None, name=""),
        )
    },
    sqlite_autoincrement=True,
)


def _delete_old_drafts(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.at < limits.drafts)


ticket_drafts = Table(
    "ticket_drafts",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("chat", String(16), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("payload", Text, nullable=False),
    info={
        KEEPING: Keeping(
            theirs=by_chat,
            sealed=("payload",),
            erase=delete_rows,
            purge=(Rule("drafts", _delete_old_drafts),),
        )
    },
)


def _delete_past_blocks(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.until < limits.now)


# Who may open no ticket for a while; not erased on request, which would end it.
ticket_blocks = Table(
    "ticket_blocks",
    metadata,
    Column("chat", String(16), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    info={
        KEEPING: Keeping(
            theirs=by_chat, erase=delete_rows, purge=(Rule("blocks", _delete_past_blocks),)
        )
    },
)

# Every timer; one that was done stays, so that its key is not planned again, and goes with its
# ticket.
jobs = Table(
    "jobs",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE")),
    Column("due_at", UtcDateTime, nullable=False),
    Column("holder", String(32)),
    Column("lease", UtcDateTime),
    Column("done_at", UtcDateTime),
    Index("ix_jobs_due", "done_at", "due_at"),
    Index("ix_jobs_ticket", "ticket_id"),
    info={KEEPING: Keeping()},
)


# What somebody who knows says of a turn; leads to the asker through the turn alone.
labels = Table(
    "labels",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("turn_id", ForeignKey("turns.id", ondelete="CASCADE"), nullable=False),
    Column("by", String(64), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("target", String(220)),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("turn_id", "by", "origin", name="uq_labels_turn"),
    Index("ix_labels_at", "at"),
    info={KEEPING: Keeping(theirs=by_turn_of_chat)},
    sqlite_autoincrement=True,
)
