"""The conversations that a page shows again when it is reloaded."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from bot.store.column_types import UtcDateTime
from bot.store.keeping import KEEPING, Keeping, Rule, by_chat, delete_rows, delete_sealed
from bot.store.metadata import metadata

_MESSAGES = Keeping(
    theirs=by_chat,
    sealed=("payload",),
    erase=delete_rows,
    purge=(Rule("messages", delete_sealed),),
)

# The conversations that a page shows again when it is reloaded; sealed. Numbers are never used
# twice: a page asks for what came after the last one that it shows.
messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("chat", String(16), nullable=False),
    Column("author", String(16), nullable=False),
    Column("update_id", BigInteger),
    Column("payload", Text, nullable=False),
    Index("ix_messages_chat", "chat", "id"),
    Index("ix_messages_at", "at"),
    # A message sent again is answered once.
    Index("uq_messages_update", "channel", "chat", "author", "update_id", unique=True),
    info={KEEPING: _MESSAGES},
    sqlite_autoincrement=True,
)
