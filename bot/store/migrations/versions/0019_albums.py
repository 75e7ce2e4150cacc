"""Messages of tickets know the album that they were sent in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NAME = "ix_ticket_messages_album"


def upgrade() -> None:
    """Add the column and its index; what was sent before stands by itself."""
    op.add_column("ticket_messages", sa.Column("album", sa.String(200)))
    op.create_index(_NAME, "ticket_messages", ["album"])


def downgrade() -> None:
    """Drop them: albums fall apart into single messages, and nothing else is lost."""
    op.drop_index(_NAME, "ticket_messages")
    op.drop_column("ticket_messages", "album")
