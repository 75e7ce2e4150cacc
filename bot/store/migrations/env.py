"""Alembic runs this in the transaction that ``bot.store.database.migrate`` opened.

Alembic executes this file: it is the one module that works when it is loaded.
"""

from __future__ import annotations

from alembic import context

from bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite alters a table by rebuilding it.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
