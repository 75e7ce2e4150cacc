"""What an editor is to review, and what was dismissed for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the two tables."""
    turn = sa.ForeignKey("turns.id", ondelete="CASCADE")
    ticket = sa.ForeignKey("tickets.id", ondelete="SET NULL")
    op.create_table(
        "review_items",
        sa.Column("turn_id", sa.Integer, turn, primary_key=True),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64)),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("text_key", sa.String(32), nullable=False),
        sa.Column("group_id", sa.Integer),
        sa.Column("voice", sa.String(32)),
        sa.Column("ticket_id", sa.Integer, ticket),
        sa.Column("neighbours", sa.JSON, nullable=False),
        sa.Column("nearest", sa.String(220)),
    )
    op.create_index("ix_review_items_group", "review_items", ["state", "group_id"])
    op.create_index("ix_review_items_key", "review_items", ["text_key"])
    op.create_index("ix_review_items_ticket", "review_items", ["ticket_id"])
    op.create_table(
        "review_dismissals",
        sa.Column("text_key", sa.String(32), primary_key=True),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
    )


def downgrade() -> None:
    """Drop them: what was settled is not known any more, and what was dismissed comes back."""
    for name in ("review_dismissals", "review_items"):
        op.drop_table(name)
