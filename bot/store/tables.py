"""The tables, in types that SQLite and PostgreSQL both have.

A change here needs a migration beside ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, written and read in UTC: SQLite keeps no time zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC; SQLite then writes it without its zone."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the base class names it
    ) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

# Numbers are never used twice: an old button must not reach a newer turn after a purge.
turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("chat", String(16), nullable=False),
    Column("update_id", BigInteger),
    Column("text", Text, nullable=False),
    Column("action", String(16), nullable=False),
    Column("entry", String(200)),
    Column("desk", String(200)),
    Column("confidence", Float, nullable=False),
    Column("candidates", JSON, nullable=False),
    Column("model", String(100), nullable=False),
    Column("latency_ms", Float, nullable=False),
    # Two bots of one channel may give a person's messages the same number.
    Column("source", String(64), nullable=False, server_default=""),
    Index("ix_turns_chat", "chat", "id"),
    Index("ix_turns_at", "at"),
    # An update worked on again after a crash is still one turn.
    Index("uq_turns_update", "channel", "chat", "source", "update_id", unique=True),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("turn_id", ForeignKey("turns.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("value", String(200), nullable=False),
    Index("ix_feedback_turn", "turn_id", "id"),
    sqlite_autoincrement=True,
)

# What a channel has handed over, written before it is acknowledged there. A payload holds what a
# person wrote, so it is sealed, and emptied as soon as its work is done; the rest of the row stays
# for a while to recognise the same update when it comes again.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("source", String(64), nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("chat", String(16), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("holder", String(32)),
    Column("lease", UtcDateTime),
    UniqueConstraint("source", "update_id", name="uq_inbox_update"),
    Index("ix_inbox_state", "state", "chat", "id"),
    sqlite_autoincrement=True,
)

# What must still be sent, written with the turn that it answers; one row a message. Only the bot
# that was asked can send it: another one may not know the chat, and gives messages other numbers.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("chat", String(16), nullable=False),
    Column("question", BigInteger),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("holder", String(32)),
    Column("lease", UtcDateTime),
    Column("message_id", BigInteger),
    Column("done_at", UtcDateTime),
    Column("source", String(64), nullable=False, server_default=""),
    # Set for what is not to be sent at once: until then it holds up nothing else in its chat.
    Column("scheduled_for", UtcDateTime),
    Index("ix_outbox_state", "state", "chat", "id"),
    Index("ix_outbox_question", "chat", "question"),
    sqlite_autoincrement=True,
)

# Chats with something to remember: who left, who moved, whom Telegram asks to be left in peace.
# By bot: a person may have blocked one and not the other.
chats = Table(
    "chats",
    metadata,
    Column("source", String(64), primary_key=True, server_default=""),
    Column("chat", String(16), primary_key=True),
    Column("left_at", UtcDateTime),
    Column("reason", String(100), nullable=False),
    Column("moved_to", Text),
    Column("parked_until", UtcDateTime),
    # Sealed: a pseudonym leads nowhere, and something may have to be sent there later.
    Column("address", Text),
)

# The conversations that a page shows again when it is reloaded; sealed. Numbers are never used
# twice: a page asks for what came after the last one that it shows.
messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("chat", String(16), nullable=False),
    Column("author", String(16), nullable=False),
    Column("update_id", BigInteger),
    Column("payload", Text, nullable=False),
    Index("ix_messages_chat", "chat", "id"),
    Index("ix_messages_at", "at"),
    # A message sent again is answered once.
    Index("uq_messages_update", "channel", "chat", "author", "update_id", unique=True),
    sqlite_autoincrement=True,
)

purges = Table(
    "purges",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("what", String(32), nullable=False),
    Column("rows", Integer, nullable=False),
    sqlite_autoincrement=True,
)


def insert_new(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    """An insert that passes over a row that is there already, by any of its unique keys."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
