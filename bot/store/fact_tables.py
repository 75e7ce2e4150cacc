"""What the figures stand on: episodes, the draw of the audits, and counts that name nobody."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    delete,
    false,
)

from bot.store.column_types import UtcDateTime
from bot.store.keeping import (
    KEEPING,
    Keeping,
    Limits,
    Rule,
    Statement,
    by_chat,
    by_turn_of_chat,
    set_values,
)
from bot.store.metadata import metadata

COUNTED = timedelta(days=5 * 365)
"""How long counts are kept that lead to nobody."""


def _delete_old_episodes(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.last_at < limits.turns)


_EPISODES = Keeping(
    theirs=by_chat,
    # What became of it can still be counted.
    erase=set_values(chat=""),
    purge=(Rule("episodes", _delete_old_episodes),),
)

# Made from turns, feedback and tickets, and made anew whenever they change.
episodes = Table(
    "episodes",
    metadata,
    # The number of its first turn.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("channel", String(32), nullable=False),
    Column("chat", String(16), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("action", String(16)),
    Column("entry", String(200)),
    Column("desk", String(200)),
    Column("shown", String(16), nullable=False),
    Column("top", String(220)),
    Column("model", String(100)),
    Column("yes_at", UtcDateTime),
    Column("no_at", UtcDateTime),
    Column("none_at", UtcDateTime),
    Column("human_at", UtcDateTime),
    Column("ticket_id", Integer),
    Column("back_at", UtcDateTime),
    Index("ix_episodes_started", "started_at"),
    Index("ix_episodes_chat", "chat", "started_at"),
    Index("ix_episodes_last", "last_at"),
    info={KEEPING: _EPISODES},
)


def _delete_old_counts(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.day < (limits.now - COUNTED).date())


# Counts of a day of Paris, written once it is settled; they lead to nobody and survive a purge.
daily = Table(
    "daily",
    metadata,
    Column("day", Date, primary_key=True),
    Column("channel", String(32), primary_key=True),
    # ``action``, ``outcome``, ``entry`` or ``desk``: what ``name`` is.
    Column("what", String(16), primary_key=True),
    Column("name", String(220), primary_key=True),
    Column("number", Integer, nullable=False),
    info={KEEPING: Keeping(purge=(Rule("daily counts", _delete_old_counts),))},
)

# Direct replies that were drawn for an audit; it leads to somebody through its turn alone.
audits = Table(
    "audits",
    metadata,
    Column("turn_id", ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    Column("drawn_at", UtcDateTime, nullable=False),
    Column("rate", Float, nullable=False),
    # The entry that was chosen after it was suggested for want of autonomy; NULL: said at once.
    Column("entry", String(200)),
    # Drawn because its entry is new, and not by the rate of all: it does not count for a promise.
    Column("extra", Boolean, nullable=False, server_default=false()),
    Index("ix_audits_drawn", "drawn_at"),
    info={KEEPING: Keeping(theirs=by_turn_of_chat)},
)

# How far the work has come that looks at each row once.
marks = Table(
    "marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
    info={KEEPING: Keeping()},
)
