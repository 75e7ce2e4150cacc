"""Who works in the bureau, and what its figures stand on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add accounts, logins, episodes, daily counts and audits."""
    op.add_column(
        "turns", sa.Column("grouped", sa.Boolean, nullable=False, server_default=sa.false())
    )
    _create_accounts()
    _create_episodes()
    op.create_table(
        "daily",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("what", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(220), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    turn = sa.ForeignKey("turns.id", ondelete="CASCADE")
    op.create_table(
        "audits",
        sa.Column("turn_id", sa.Integer, turn, primary_key=True),
        sa.Column("drawn_at", _MOMENT, nullable=False),
        sa.Column("rate", sa.Float, nullable=False),
    )
    op.create_index("ix_audits_drawn", "audits", ["drawn_at"])
    op.create_table(
        "marks",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("password", sa.String(200)),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("desks", sa.JSON, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("staff_id", sa.Integer),
        sa.Column("invitation", sa.String(64), unique=True),
        sa.Column("invited_until", _MOMENT),
        sqlite_autoincrement=True,
    )
    account = sa.ForeignKey("accounts.id", ondelete="CASCADE")
    op.create_table(
        "logins",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Integer, account, nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_logins_account", "logins", ["account_id"])
    op.create_index("ix_logins_expires", "logins", ["expires_at"])


def _create_episodes() -> None:
    moments = ("yes_at", "no_at", "none_at", "human_at", "back_at")
    op.create_table(
        "episodes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("chat", sa.String(16), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("action", sa.String(16)),
        sa.Column("entry", sa.String(200)),
        sa.Column("desk", sa.String(200)),
        sa.Column("shown", sa.String(16), nullable=False),
        sa.Column("top", sa.String(220)),
        sa.Column("model", sa.String(100)),
        *(sa.Column(name, _MOMENT) for name in moments),
        sa.Column("ticket_id", sa.Integer),
    )
    op.create_index("ix_episodes_started", "episodes", ["started_at"])
    op.create_index("ix_episodes_chat", "episodes", ["chat", "started_at"])
    op.create_index("ix_episodes_last", "episodes", ["last_at"])


def downgrade() -> None:
    """Drop what was added: accounts, audits and daily counts are lost."""
    for name in ("marks", "audits", "daily", "episodes", "logins", "accounts"):
        op.drop_table(name)
    op.drop_column("turns", "grouped")
