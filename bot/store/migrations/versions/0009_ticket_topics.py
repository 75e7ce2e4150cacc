"""Where a ticket was before it was transferred, so that it can be erased there too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "ticket_topics",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column(
            "ticket_id",
            sa.Integer,
            sa.ForeignKey("tickets.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("chat", sa.String(16), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("thread", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_topics_thread", "ticket_topics", ["chat", "thread"])
    op.create_index("ix_ticket_topics_ticket", "ticket_topics", ["ticket_id"])


def downgrade() -> None:
    """Drop it; what was written before a transfer is not found there any more."""
    op.drop_table("ticket_topics")
