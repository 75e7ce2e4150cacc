"""The tables, in types that SQLite and PostgreSQL both have.

A change here needs a migration beside ``migrations/versions``; a test compares the two. Each table
declares in its ``info`` how its rows are exported, erased and purged; a test fails for one that
does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    exists,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.column_types import UtcDateTime
from bot.store.indexes import waiting_indexes
from bot.store.keeping import (
    KEEPING,
    Keeping,
    Rule,
    by_chat,
    by_turn_of_chat,
    delete_finished,
    delete_old,
    delete_rows,
    empty_late,
    empty_texts,
    set_values,
    sign_rows,
    sign_unknown,
)
from bot.store.metadata import metadata
from bot.store.ticket_tables import tickets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from bot.store.keeping import Limits, Statement


_TURNS = Keeping(
    theirs=by_chat,
    # What was decided can still be counted.
    erase=set_values(text="", chat="", update_id=None),
    purge=(Rule("texts", empty_texts), Rule("turns", delete_old)),
)

# What processes of the version before write while this one has migrated has neither kind nor shown.
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
    # Of a message without words nothing is decided.
    Column("action", String(16)),
    Column("entry", String(200)),
    Column("desk", String(200)),
    Column("family", String(200)),
    Column("confidence", Float),
    Column("candidates", JSON, nullable=False),
    Column("model", String(100)),
    Column("latency_ms", Float, nullable=False),
    Column("kind", String(32), nullable=False, server_default="text"),
    Column("shown", JSON, nullable=False, server_default='{"kind": "unknown"}'),
    # Two bots of one channel may give a person's messages the same number.
    Column("source", String(64), nullable=False, server_default=""),
    # ``entry:slug``, ``desk:id`` or ``family:id``: what was asked first and not said at once.
    Column("deferred", String(220)),
    # Several people wrote in the chat: each message is a matter of its own.
    Column("grouped", Boolean, nullable=False, server_default=false()),
    Index("ix_turns_chat", "chat", "id"),
    Index("ix_turns_at", "at"),
    # An update worked on again after a crash is still one turn.
    Index("uq_turns_update", "channel", "chat", "source", "update_id", unique=True),
    info={KEEPING: _TURNS},
    sqlite_autoincrement=True,
)


# A click leads to somebody through its turn alone, and is deleted with it.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("turn_id", ForeignKey("turns.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("value", String(200), nullable=False),
    # ``entry:slug``, ``desk:id`` or ``family:id``; NULL: about nothing in particular.
    Column("about", String(220)),
    Index("ix_feedback_turn", "turn_id", "id"),
    info={KEEPING: Keeping(theirs=by_turn_of_chat)},
    sqlite_autoincrement=True,
)


_INBOX = Keeping(
    theirs=by_chat,
    sealed=("payload",),
    # The number of an update stays: it leads to nobody, and keeps it from being answered again.
    erase=set_values(chat="", payload=""),
    purge=(Rule("inbox", delete_finished), Rule("late updates", empty_late("quarantined"))),
    queue=True,
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
    *waiting_indexes("inbox"),
    info={KEEPING: _INBOX},
    sqlite_autoincrement=True,
)


def _wait_for_later(table: Table, now: datetime) -> ColumnElement[bool]:
    # What belongs to a ticket goes with it, even while the person talks.
    return or_(table.c.scheduled_for > now, table.c.ticket_id.is_not(None))


def _to_or_about(table: Table, chat: str) -> ColumnElement[bool]:
    """What is sent to a chat, and what goes to a desk about its tickets."""
    theirs = select(tickets.c.id).where(tickets.c.chat == chat)
    return or_(by_chat(table, chat), table.c.ticket_id.in_(theirs))


_OUTBOX = Keeping(
    theirs=_to_or_about,
    sealed=("payload",),
    erase=set_values(chat="", payload="", question=None, message_id=None, words=None),
    purge=(Rule("outbox", delete_finished), Rule("late messages", empty_late("dropped"))),
    queue=True,
    later=_wait_for_later,
    adopt=sign_rows,
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
    # NULL: at once. A moment of ours would hold it up when the clock is put back.
    Column("not_before", UtcDateTime),
    Column("holder", String(32)),
    Column("lease", UtcDateTime),
    Column("message_id", BigInteger),
    Column("done_at", UtcDateTime),
    Column("source", String(64), nullable=False, server_default=""),
    # Set for what is not to be sent at once: until then it holds up nothing else in its chat.
    Column("scheduled_for", UtcDateTime),
    # Set for what belongs to a ticket: it is not given up because it has waited for a day.
    Column("ticket_id", Integer),
    Index("ix_outbox_ticket", "ticket_id"),
    # When the question came that it answers, and a keyed digest of its words: whoever edits a
    # question without changing them is not answered again.
    Column("asked_at", UtcDateTime),
    Column("words", String(16)),
    Index("ix_outbox_state", "state", "chat", "id"),
    *waiting_indexes("outbox"),
    Index("ix_outbox_question", "chat", "question"),
    info={KEEPING: _OUTBOX},
    sqlite_autoincrement=True,
)


def _no_longer_parked(table: Table, now: datetime) -> ColumnElement[bool]:
    return ~(table.c.parked_until.is_not(None) & (table.c.parked_until > now))


def _empty_addresses_of_the_quiet(table: Table, limits: Limits) -> Statement:
    """The addresses of chats that have not been heard of, and to which nothing is to be sent."""
    heard = exists().where(turns.c.chat == table.c.chat, turns.c.at >= limits.sealed)
    boxes = [exists().where(box.c.chat == table.c.chat) for box in (inbox, outbox)]
    known = update(table).where(table.c.address.is_not(None), ~or_(heard, *boxes))
    return known.values(address=None)


_CHATS = Keeping(
    theirs=by_chat,
    sealed=("moved_to", "address"),
    erase=delete_rows,
    purge=(Rule("addresses", _empty_addresses_of_the_quiet),),
    orphaned=_no_longer_parked,
    adopt=sign_unknown,
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
    info={KEEPING: _CHATS},
)

# How many rows were purged and when, never whose: kept for good, as the proof that it is done.
purges = Table(
    "purges",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("what", String(32), nullable=False),
    Column("rows", Integer, nullable=False),
    info={KEEPING: Keeping()},
    sqlite_autoincrement=True,
)

# A mark of the key that this database is written with: one row, of nobody.
key_marks = Table(
    "key_marks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("mark", String(64), nullable=False),
    info={KEEPING: Keeping()},
)


def insert_new(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    """An insert that passes over a row that is there already, by any of its unique keys."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
