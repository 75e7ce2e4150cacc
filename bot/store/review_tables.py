"""What the service could not answer, as an editor goes through it, and what is never to return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, delete, select

from bot.store.column_types import UtcDateTime
from bot.store.keeping import KEEPING, Keeping, Rule, by_turn_of_chat, delete_rows
from bot.store.metadata import metadata
from bot.store.tables import turns

if TYPE_CHECKING:
    from bot.store.keeping import Limits, Statement


def _delete_wordless(table: Table, limits: Limits) -> Statement:
    """Nobody can review what has no words any more; what was settled still counts."""
    old = select(turns.c.id).where(turns.c.at < limits.texts)
    return delete(table).where(table.c.state.in_(("new", "later")), table.c.turn_id.in_(old))


# One message that is to be reviewed; it leads to somebody through its turn alone.
review_items = Table(
    "review_items",
    metadata,
    Column("turn_id", ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    # Who brought it into its state, and when; at first, when it came into the queue.
    Column("by", String(64)),
    Column("at", UtcDateTime, nullable=False),
    # A keyed digest of the normalised words.
    Column("text_key", String(32), nullable=False),
    # The first turn of its group; NULL: not grouped yet.
    Column("group_id", Integer),
    # Of one that was brought from elsewhere: whom it is from, as a number of its file.
    Column("voice", String(32)),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="SET NULL")),
    # The messages that are most like it, as [turn, likeness].
    Column("neighbours", JSON, nullable=False),
    # What the model held most like it, as ``entry:slug`` or ``desk:id``.
    Column("nearest", String(220)),
    Index("ix_review_items_group", "state", "group_id"),
    Index("ix_review_items_key", "text_key"),
    Index("ix_review_items_ticket", "ticket_id"),
    info={
        KEEPING: Keeping(
            theirs=by_turn_of_chat,
            erase=delete_rows,
            purge=(Rule("review items", _delete_wordless),),
        )
    },
)

# Words that were set aside for good. A keyed digest leads to nobody, and outlives the messages.
review_dismissals = Table(
    "review_dismissals",
    metadata,
    Column("text_key", String(32), primary_key=True),
    Column("by", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", String(200), nullable=False),
    info={KEEPING: Keeping()},
)
