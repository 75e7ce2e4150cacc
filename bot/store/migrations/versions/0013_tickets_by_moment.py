"""Tickets are counted by when they were opened: an index for that."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_tickets_opened", "tickets", ["opened_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_tickets_opened", "tickets")
