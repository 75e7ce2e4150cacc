"""Every table there is: whoever walks them takes ``metadata`` from here, so that none is missed.

Each module of tables adds its own to the same collection when it is imported.
"""

from __future__ import annotations

from bot.store import (
    account_tables,
    autonomy_tables,
    fact_tables,
    mail_tables,
    proposal_table,
    receipt_tables,
    review_tables,
    staff_tables,
    tables,
    thread_table,
    ticket_mail_tables,
    ticket_tables,
)
from bot.store.metadata import metadata as metadata  # noqa: PLC0414 - with all tables in it

MODULES = (
    tables,
    thread_table,
    ticket_tables,
    receipt_tables,
    staff_tables,
    account_tables,
    fact_tables,
    mail_tables,
    ticket_mail_tables,
    autonomy_tables,
    proposal_table,
    review_tables,
)
