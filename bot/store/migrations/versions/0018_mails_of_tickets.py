"""Where askers are answered by mail too, and which mailboxes have a ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "ticket_mails",
        sa.Column(
            "ticket_id",
            sa.Integer,
            sa.ForeignKey("tickets.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
    )
    op.create_table(
        "ticket_boxes",
        sa.Column(
            "ticket_id",
            sa.Integer,
            sa.ForeignKey("tickets.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("box", sa.String(16), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
    )
    op.create_index("ix_ticket_boxes_state", "ticket_boxes", ["state"])


def downgrade() -> None:
    """Drop them: askers are answered in their chats alone."""
    for name in ("ticket_boxes", "ticket_mails"):
        op.drop_table(name)
