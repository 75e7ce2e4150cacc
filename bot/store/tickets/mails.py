"""The addresses that askers have left for tickets, sealed; one a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from bot.store.ticket_mail_tables import ticket_mails

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.escalation.tickets import Ticket
    from bot.store.vault import Vault


class SqlAskerMails:
    """A ``bot.escalation.message_ports.AskerMails`` in one transaction.

    Args:
        connection: of the transaction.
        vault: seals the addresses.
    """

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def put(self, ticket: Ticket, address: str, at: datetime) -> None:
        """From now on, what the desk says goes to this address too, and to no other."""
        await self.drop(ticket.id)
        row = {
            "ticket_id": ticket.id,
            "at": at,
            "address": self._vault.seal({"address": address}),
        }
        await self._connection.execute(insert(ticket_mails).values(row))

    async def address_of(self, ticket: Ticket) -> str:
        """The address of a ticket; empty: none was left, or it was taken back."""
        found = select(ticket_mails.c.address).where(ticket_mails.c.ticket_id == ticket.id)
        sealed = (await self._connection.execute(found)).scalar_one_or_none()
        opened = self._vault.open_or_none(sealed) if sealed else None
        return str(opened["address"]) if opened else ""

    async def drop(self, ticket_id: int) -> None:
        """Nothing goes there any more; no harm is done twice."""
        here = ticket_mails.c.ticket_id == ticket_id
        await self._connection.execute(delete(ticket_mails).where(here))
