"""The tables of the mailbox: how far it was read, which mails are known, which ones wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, delete

from bot.store.column_types import UtcDateTime
from bot.store.keeping import KEEPING, Keeping, Rule
from bot.store.metadata import metadata

if TYPE_CHECKING:
    from bot.store.keeping import Limits, Statement

# One row an account: whoever holds it reads the mailbox.
mail_state = Table(
    "mail_state",
    metadata,
    Column("account", String(16), primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("holder", String(32)),
    Column("lease", UtcDateTime),
    info={KEEPING: Keeping()},
)


def _delete_old_names(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.at < limits.turns)


# A mail is worked on once, under whatever number a server gives it: a digest, which leads nowhere.
mail_seen = Table(
    "mail_seen",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_mail_seen_at", "at"),
    info={KEEPING: Keeping(purge=(Rule("names of mails", _delete_old_names),))},
)


def _delete_old_mails(table: Table, limits: Limits) -> Statement:
    return delete(table).where(table.c.at < limits.tickets)


# What was received and not relayed, for those who run the service. It belongs to no chat: nobody
# has proved whose it is.
mail_unmatched = Table(
    "mail_unmatched",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("payload", Text, nullable=False),
    Index("ix_mail_unmatched_at", "at"),
    info={KEEPING: Keeping(purge=(Rule("unmatched mails", _delete_old_mails),))},
    sqlite_autoincrement=True,
)
