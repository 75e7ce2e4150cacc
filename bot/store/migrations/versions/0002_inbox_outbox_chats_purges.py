"""What came in and must go out, the chats behind it, and what was purged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; a turn becomes unique by channel, chat and update."""
    _unlink_repeated_updates()
    op.create_index("uq_turns_update", "turns", ["channel", "chat", "update_id"], unique=True)
    _create_inbox()
    _create_outbox()
    op.create_table(
        "chats",
        sa.Column("chat", sa.String(16), primary_key=True),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("moved_to", sa.Text),
        sa.Column("parked_until", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "purges",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )


def _unlink_repeated_updates() -> None:
    """Earlier versions could answer one update twice: the first turn keeps its number."""
    op.execute(
        "UPDATE turns SET update_id = NULL WHERE id NOT IN"
        " (SELECT MIN(id) FROM turns GROUP BY channel, chat, update_id)"
    )


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("chat", sa.String(16), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(32)),
        sa.Column("lease", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("source", "update_id", name="uq_inbox_update"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_state", "inbox", ["state", "chat", "id"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chat", sa.String(16), nullable=False),
        sa.Column("question", sa.BigInteger),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(32)),
        sa.Column("lease", sa.DateTime(timezone=True)),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_state", "outbox", ["state", "chat", "id"])
    op.create_index("ix_outbox_question", "outbox", ["chat", "question"])


def downgrade() -> None:
    """Drop what was added."""
    for table in ("purges", "chats", "outbox", "inbox"):
        op.drop_table(table)
    op.drop_index("uq_turns_update", "turns")
