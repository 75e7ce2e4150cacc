"""What each entry may say by itself, how that changed, and how the traffic of each week was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import JSON, Column, Date, Float, Index, Integer, String, Table, delete

from bot.store.column_types import UtcDateTime
from bot.store.fact_tables import COUNTED
from bot.store.keeping import KEEPING, Keeping, Rule
from bot.store.metadata import metadata

if TYPE_CHECKING:
    from bot.store.keeping import Limits, Statement

# One row an entry; one without a row answers by itself, and no label counts for it yet.
autonomy = Table(
    "autonomy",
    metadata,
    Column("entry", String(200), primary_key=True),
    # ``propose``, ``demande`` or ``repond``.
    Column("state", String(16), nullable=False),
    # What was asked before does not count.
    Column("since", UtcDateTime, nullable=False),
    Column("e", Float, nullable=False),
    Column("n", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
    # ``base``: it was there from the start; ``check``: an editor's own check let it answer;
    # ``labels``; ``account:3``; ``operator``.
    Column("by", String(64), nullable=False),
    info={KEEPING: Keeping()},
)


def _delete_old_events(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.at < limits.now - COUNTED)


autonomy_events = Table(
    "autonomy_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("entry", String(200), nullable=False),
    # NULL: it was not known before.
    Column("before", String(16)),
    Column("after", String(16), nullable=False),
    Column("e", Float, nullable=False),
    Column("n", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_autonomy_events_entry", "entry", "id"),
    info={KEEPING: Keeping(purge=(Rule("autonomy", _delete_old_events),))},
    sqlite_autoincrement=True,
)


def _delete_old_weeks(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.week < (limits.now - COUNTED).date())


# A week of one model's traffic in counts; words only that several chats used.
drift = Table(
    "drift",
    metadata,
    Column("model", String(100), primary_key=True),
    # Its Monday, in Paris.
    Column("week", Date, primary_key=True),
    Column("counts", JSON, nullable=False),
    # What was other than in the first weeks of the model, and the words behind it.
    Column("found", JSON, nullable=False),
    Index("ix_drift_week", "week"),
    info={KEEPING: Keeping(purge=(Rule("weeks", _delete_old_weeks),))},
)
