"""The codes by which tickets are found again, as keyed hashes."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from bot.store.receipt_tables import ticket_receipts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.escalation.tickets import Ticket
    from bot.store.vault import Vault


class SqlReceipts:
    """A ``bot.escalation.ports.Receipts`` in one transaction.

    Args:
        connection: of the transaction.
        vault: has the key.
    """

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def put(self, ticket: Ticket, code: str, at: datetime) -> None:
        """From now on, this code is the ticket's, and no other."""
        here = ticket_receipts.c.ticket_id == ticket.id
        await self._connection.execute(delete(ticket_receipts).where(here))
        row = {"ticket_id": ticket.id, "at": at, "code": self._hash(ticket, code)}
        await self._connection.execute(insert(ticket_receipts).values(row))

    async def has(self, ticket: Ticket, code: str) -> bool:
        """Whether a code is the ticket's; compared in constant time."""
        here = ticket_receipts.c.ticket_id == ticket.id
        found = select(ticket_receipts.c.code).where(here)
        kept = (await self._connection.execute(found)).scalar_one_or_none()
        return kept is not None and hmac.compare_digest(kept, self._hash(ticket, code))

    def _hash(self, ticket: Ticket, code: str) -> str:
        return self._vault.sign(f"receipt\0{ticket.number}\0{code}")
