"""The mailbox of the desks: how far it was read, which mails are known, which ones wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "mail_state",
        sa.Column("account", sa.String(16), primary_key=True),
        sa.Column("uidvalidity", sa.BigInteger, nullable=False),
        sa.Column("uid", sa.BigInteger, nullable=False),
        sa.Column("holder", sa.String(32)),
        sa.Column("lease", _MOMENT),
    )
    op.create_table(
        "mail_seen",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_index("ix_mail_seen_at", "mail_seen", ["at"])
    op.create_table(
        "mail_unmatched",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_unmatched_at", "mail_unmatched", ["at"])


def downgrade() -> None:
    """Drop them: mails that wait are lost here, and still lie in the mailbox."""
    for name in ("mail_unmatched", "mail_seen", "mail_state"):
        op.drop_table(name)
