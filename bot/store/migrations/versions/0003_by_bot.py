"""What must be sent, and what is known of a chat, belongs to one bot of several."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAMED = ["channel", "chat", "source", "update_id"]
_REMEMBERED = "chat, left_at, reason, moved_to, parked_until"


def upgrade() -> None:
    """Sign what is there: with the one bot there is, else for the first that starts to adopt."""
    for table in ("turns", "outbox"):
        op.add_column(table, _source())
    op.drop_index("uq_turns_update", "turns")
    op.create_index("uq_turns_update", "turns", _NAMED, unique=True)
    only = _only_source()
    op.execute(_outbox.update().values(source=only))
    op.rename_table("chats", "chats_before")
    _create_chats(_source(primary_key=True))
    remembered = sa.text(
        f"INSERT INTO chats (source, {_REMEMBERED})"  # noqa: S608 - our own names
        f" SELECT CAST(:source AS VARCHAR(64)), {_REMEMBERED} FROM chats_before"
    )
    op.execute(remembered.bindparams(source=only))
    op.drop_table("chats_before")


_outbox = sa.table("outbox", sa.column("source"))


def _source(*, primary_key: bool = False) -> sa.Column[str]:
    kind = sa.String(64)
    return sa.Column("source", kind, primary_key=primary_key, nullable=False, server_default="")


def _only_source() -> str:
    """The bot that this database has served; empty when it was none, or more than one."""
    found = op.get_bind().execute(sa.text("SELECT DISTINCT source FROM inbox LIMIT 2")).all()
    return str(found[0][0]) if len(found) == 1 else ""


def _create_chats(*signed: sa.Column[str]) -> None:
    op.create_table(
        "chats",
        *signed,
        sa.Column("chat", sa.String(16), primary_key=True),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("moved_to", sa.Text),
        sa.Column("parked_until", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    """Take the signatures away; what two bots know of one chat cannot both be kept."""
    op.drop_table("chats")
    _create_chats()
    op.drop_column("outbox", "source")
    op.execute(
        "UPDATE turns SET update_id = NULL WHERE id NOT IN"
        " (SELECT MIN(id) FROM turns GROUP BY channel, chat, update_id)"
    )
    op.drop_index("uq_turns_update", "turns")
    op.create_index("uq_turns_update", "turns", ["channel", "chat", "update_id"], unique=True)
    op.drop_column("turns", "source")
