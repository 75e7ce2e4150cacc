"""The accounts of those who work in the bureau, and their open logins."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, delete

from bot.store.column_types import UtcDateTime
from bot.store.keeping import KEEPING, Keeping, Limits, Rule, Statement
from bot.store.metadata import metadata

# Of people who work here, not of those who ask: an admin lists, disables and deletes them.
accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(100), nullable=False, unique=True),
    # NULL until the invitation was used.
    Column("password", String(200)),
    Column("role", String(16), nullable=False),
    Column("desks", JSON, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("staff_id", Integer),
    # Of a link that opens once; what is kept is its hash.
    Column("invitation", String(64), unique=True),
    Column("invited_until", UtcDateTime),
    info={KEEPING: Keeping()},
    sqlite_autoincrement=True,
)


def _delete_expired(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.expires_at < limits.now)


# The token lies in a cookie of the browser; here is its hash, so that a copy of the database
# opens nothing.
logins = Table(
    "logins",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("ix_logins_account", "account_id"),
    Index("ix_logins_expires", "expires_at"),
    info={KEEPING: Keeping(purge=(Rule("logins", _delete_expired),))},
)
