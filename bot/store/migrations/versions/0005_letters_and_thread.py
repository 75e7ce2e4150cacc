"""What is sent later and to whom, and what a page of the web chat shows again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add when a message may leave, where a chat is, and the messages of the web chat."""
    op.add_column("outbox", sa.Column("scheduled_for", sa.DateTime(timezone=True)))
    op.add_column("chats", sa.Column("address", sa.Text))
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(16), nullable=False),
        sa.Column("author", sa.String(16), nullable=False),
        sa.Column("update_id", sa.BigInteger),
        sa.Column("payload", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_chat", "messages", ["chat", "id"])
    op.create_index("ix_messages_at", "messages", ["at"])
    named = ["channel", "chat", "author", "update_id"]
    op.create_index("uq_messages_update", "messages", named, unique=True)


def downgrade() -> None:
    """Drop what was added; what was to be sent later is lost, and the threads are."""
    op.drop_table("messages")
    op.execute("DELETE FROM outbox WHERE scheduled_for IS NOT NULL AND state = 'pending'")
    op.drop_column("outbox", "scheduled_for")
    op.drop_column("chats", "address")
