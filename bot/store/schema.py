"""Every table there is: whoever walks them takes ``metadata`` from here, so that none is missed.

Each module of tables adds its own to the same collection when it is imported.
"""

from __future__ import annotations

from bot.store import account_tables, fact_tables, tables

MODULES = (tables, account_tables, fact_tables)
metadata = tables.metadata
