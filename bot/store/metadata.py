"""What all tables belong to; ``bot.store.tables`` has them all."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
