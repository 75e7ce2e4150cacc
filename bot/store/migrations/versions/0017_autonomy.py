"""What each entry may say by itself, what was deferred, and the weeks of the traffic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add three tables, what a turn deferred, and why a reply was drawn."""
    op.add_column("turns", sa.Column("deferred", sa.String(220)))
    op.add_column("audits", sa.Column("entry", sa.String(200)))
    op.add_column(
        "audits", sa.Column("extra", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_table(
        "autonomy",
        sa.Column("entry", sa.String(200), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        *_evidence(),
    )
    op.create_table(
        "autonomy_events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("entry", sa.String(200), nullable=False),
        sa.Column("before", sa.String(16)),
        sa.Column("after", sa.String(16), nullable=False),
        *_evidence(),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_autonomy_events_entry", "autonomy_events", ["entry", "id"])
    op.create_table(
        "drift",
        sa.Column("model", sa.String(100), primary_key=True),
        sa.Column("week", sa.Date, primary_key=True),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("found", sa.JSON, nullable=False),
    )
    op.create_index("ix_drift_week", "drift", ["week"])


def _evidence() -> list[sa.Column[object]]:
    return [
        sa.Column("e", sa.Float, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    ]


def downgrade() -> None:
    """Drop what was added: every entry answers by itself again."""
    for name in ("drift", "autonomy_events", "autonomy"):
        op.drop_table(name)
    op.drop_column("audits", "extra")
    op.drop_column("audits", "entry")
    op.drop_column("turns", "deferred")
