"""Changes to the knowledge base that an editor proposes, from a draft to what was published."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    or_,
)

from bot.store.column_types import UtcDateTime
from bot.store.keeping import KEEPING, Keeping, Limits, Rule, Statement
from bot.store.metadata import metadata


def _delete_old_proposals(table: Table, limits: Limits) -> Statement:
    """What was never published goes as texts go: it may quote them; the rest, as turns go."""
    published = table.c.state.in_(("published", "reverted"))
    old = table.c.updated_at < limits.texts
    return delete(table).where(or_(table.c.updated_at < limits.turns, ~published & old))


# Who asked is known through ``turns`` alone, the numbers of the turns it came from. What a check
# found is kept without any words: places in the texts of turns, which are read when it is shown.
proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("by", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("changes", JSON, nullable=False),
    Column("turns", JSON, nullable=False),
    Column("check", JSON, nullable=False),
    # Why it is published though something that was right becomes wrong, or why it was given up.
    Column("reason", Text, nullable=False),
    # The fingerprint of the knowledge base that was checked, and of the model that came of it.
    Column("base", String(16), nullable=False),
    Column("model", String(16), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_proposals_state", "state", "updated_at"),
    Index("ix_proposals_updated", "updated_at"),
    info={KEEPING: Keeping(purge=(Rule("proposals", _delete_old_proposals),))},
    sqlite_autoincrement=True,
)
