"""When the question of a message came, which words it had, and indexes of what waits.

A message that may be sent at once has no moment from which on it may be: a clock that was ahead
would hold it up.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_BOXES = ("inbox", "outbox")


def upgrade() -> None:
    """Add two columns and the indexes; let ``not_before`` be empty."""
    op.add_column("outbox", sa.Column("asked_at", _MOMENT))
    op.add_column("outbox", sa.Column("words", sa.String(16)))
    _change_not_before(nullable=True)
    for box in _BOXES:
        for name, columns, where in _indexes(box):
            waits = sa.text(where)
            op.create_index(name, box, columns, sqlite_where=waits, postgresql_where=waits)


def _indexes(box: str) -> list[tuple[str, list[str], str]]:
    return [
        (f"ix_{box}_waiting", ["source", "id"], "state = 'pending'"),
        (f"ix_{box}_lane", ["source", "chat", "id"], "state = 'pending'"),
        (f"ix_{box}_held", ["source", "chat"], "lease IS NOT NULL"),
    ]


def _change_not_before(*, nullable: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("outbox", "not_before", existing_type=_MOMENT, nullable=nullable)
        return
    # Not by a copy of the table: that would forget which numbers were used before a purge.
    instead = None if nullable else "1970-01-01 00:00:00.000000"
    again = sa.Column("not_before_again", _MOMENT, nullable=nullable, server_default=instead)
    op.add_column("outbox", again)
    op.execute("UPDATE outbox SET not_before_again = not_before")
    op.execute("ALTER TABLE outbox DROP COLUMN not_before")
    op.execute("ALTER TABLE outbox RENAME COLUMN not_before_again TO not_before")


def downgrade() -> None:
    """Drop what was added; what may be sent at once may be sent since it was written."""
    for box in _BOXES:
        for name, _, _ in _indexes(box):
            op.drop_index(name, box)
    op.execute("UPDATE outbox SET not_before = at WHERE not_before IS NULL")
    _change_not_before(nullable=False)
    op.drop_column("outbox", "words")
    op.drop_column("outbox", "asked_at")
