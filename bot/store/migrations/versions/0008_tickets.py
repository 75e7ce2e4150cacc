"""Tickets: their messages, copies, events, files and timers, who answers, and labels of turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLES = (
    *("labels", "jobs", "ticket_blocks", "ticket_drafts", "attachments", "ticket_events"),
    *("ticket_copies", "ticket_messages", "tickets", "staff", "counters"),
)


def upgrade() -> None:
    """Add the tables, and which ticket an outgoing message belongs to."""
    op.add_column("outbox", sa.Column("ticket_id", sa.Integer))
    op.create_index("ix_outbox_ticket", "outbox", ["ticket_id"])
    _create_people()
    _create_tickets()
    _create_messages()
    _create_beside_messages()
    _create_beside_tickets()


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def _create_people() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "staff",
        _number(),
        _moment("at", nullable=False),
        sa.Column("telegram", sa.String(16), unique=True),
        sa.Column("mail", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("desks", sa.JSON, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )


def _create_tickets() -> None:
    op.create_table(
        "tickets",
        _number(),
        sa.Column("number", sa.String(16), nullable=False, unique=True),
        sa.Column("opening_key", sa.String(200), unique=True),
        sa.Column("desk", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(16), nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("turn_id", sa.Integer, sa.ForeignKey("turns.id", ondelete="SET NULL")),
        sa.Column("reason", sa.String(32), nullable=False),
        _moment("opened_at", nullable=False),
        *map(_moment, ("waiting_since", "due_at", "first_reply_at", "closed_at")),
        sa.Column("closing", sa.String(16), nullable=False),
        sa.Column("reopened", sa.Integer, nullable=False),
        sa.Column("assignee", sa.Integer, sa.ForeignKey("staff.id", ondelete="SET NULL")),
        _moment("aside_until"),
        sa.Column("place", sa.Text),
        sa.Column("place_source", sa.String(64), nullable=False),
        sa.Column("place_chat", sa.String(16), nullable=False),
        sa.Column("thread", sa.BigInteger),
        sa.Column("thread_state", sa.String(16), nullable=False),
        sa.Column("rating", sa.Integer),
        sa.Column("linked", sa.Integer, sa.ForeignKey("tickets.id", ondelete="SET NULL")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tickets_chat", "tickets", ["chat", "state"])
    op.create_index("ix_tickets_state", "tickets", ["state", "desk", "id"])
    op.create_index("ix_tickets_thread", "tickets", ["place_chat", "thread"])
    op.create_index("ix_tickets_turn", "tickets", ["turn_id"])


def _create_messages() -> None:
    op.create_table(
        "ticket_messages",
        _number(),
        sa.Column(
            "ticket_id", sa.Integer, sa.ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False
        ),
        _moment("at", nullable=False),
        sa.Column("author", sa.String(16), nullable=False),
        sa.Column("staff", sa.Integer, sa.ForeignKey("staff.id", ondelete="SET NULL")),
        sa.Column("internal", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("scrubbed", sa.Boolean, nullable=False),
        sa.Column("origin", sa.String(64)),
        sa.Column("origin_id", sa.String(200)),
        _moment("edited_at"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.UniqueConstraint("origin", "origin_id", name="uq_ticket_messages_origin"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_messages_ticket", "ticket_messages", ["ticket_id", "id"])


def _create_beside_messages() -> None:
    theirs = sa.ForeignKey("ticket_messages.id", ondelete="CASCADE")
    op.create_table(
        "ticket_copies",
        sa.Column("message_id", sa.Integer, theirs, primary_key=True),
        sa.Column("place", sa.String(16), primary_key=True),
        sa.Column("outbox_id", sa.Integer),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("chat", sa.String(16), nullable=False),
        sa.Column("number", sa.BigInteger),
        sa.Column("state", sa.String(16), nullable=False),
        _moment("at", nullable=False),
    )
    op.create_index("ix_ticket_copies_number", "ticket_copies", ["source", "chat", "number"])
    op.create_index("ix_ticket_copies_outbox", "ticket_copies", ["outbox_id"])
    op.create_table(
        "attachments",
        _number(),
        sa.Column(
            "message_id",
            sa.Integer,
            sa.ForeignKey("ticket_messages.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("handle", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attachments_message", "attachments", ["message_id", "id"])


def _create_beside_tickets() -> None:
    op.create_table(
        "ticket_events",
        _number(),
        sa.Column(
            "ticket_id", sa.Integer, sa.ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("key", sa.String(100), nullable=False, unique=True),
        _moment("at", nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_events_ticket", "ticket_events", ["ticket_id", "id"])
    op.create_table(
        "ticket_drafts",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("chat", sa.String(16), primary_key=True),
        _moment("at", nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
    )
    op.create_table(
        "ticket_blocks",
        sa.Column("chat", sa.String(16), primary_key=True),
        _moment("at", nullable=False),
        _moment("until", nullable=False),
    )
    _create_jobs_and_labels()


def _create_jobs_and_labels() -> None:
    op.create_table(
        "jobs",
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("ticket_id", sa.Integer, sa.ForeignKey("tickets.id", ondelete="CASCADE")),
        _moment("due_at", nullable=False),
        sa.Column("holder", sa.String(32)),
        _moment("lease"),
        _moment("done_at"),
    )
    op.create_index("ix_jobs_due", "jobs", ["done_at", "due_at"])
    op.create_index("ix_jobs_ticket", "jobs", ["ticket_id"])
    op.create_table(
        "labels",
        _number(),
        sa.Column(
            "turn_id", sa.Integer, sa.ForeignKey("turns.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("target", sa.String(220)),
        _moment("at", nullable=False),
        sa.UniqueConstraint("turn_id", "by", "origin", name="uq_labels_turn"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_labels_at", "labels", ["at"])


def downgrade() -> None:
    """Drop the tables; what waits to be sent for a ticket is lost."""
    for name in _TABLES:
        op.drop_table(name)
    op.execute("DELETE FROM outbox WHERE ticket_id IS NOT NULL AND state = 'pending'")
    op.drop_index("ix_outbox_ticket", "outbox")
    op.drop_column("outbox", "ticket_id")
