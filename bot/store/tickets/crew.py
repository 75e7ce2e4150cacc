"""Who answers for the desks: known by pseudonym, their names sealed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.escalation.staff import Staff
from bot.store.staff_tables import staff
from bot.store.tables import insert_new

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.pseudonym import Pseudonym
    from bot.store.vault import Vault


class SqlCrew:
    """A ``bot.escalation.ports.Crew`` in one transaction.

    Args:
        connection: of the transaction.
        vault: seals names.
        pseudonym: names people as their private chats are named.
    """

    def __init__(self, connection: AsyncConnection, vault: Vault, pseudonym: Pseudonym) -> None:
        self._connection = connection
        self._vault = vault
        self._pseudonym = pseudonym

    async def meet(self, channel: str, user: str, name: str) -> Staff:
        """Whoever has this number in a channel; written down at the first time."""
        known = staff.c.telegram == self._pseudonym.of(channel, user)
        row = {
            "at": datetime.now(UTC),
            "telegram": self._pseudonym.of(channel, user),
            "name": self._vault.seal({"name": name}),
            "desks": [],
            "active": True,
        }
        added = insert_new(staff, self._connection.dialect.name).values(row)
        await self._connection.execute(added)
        found = await self._read(known)
        assert found is not None, "it was written in this transaction"  # noqa: S101 - for the types
        if found.name != name:
            renamed = update(staff).where(known).values(name=row["name"])
            await self._connection.execute(renamed)
        return Staff(found.id, name, found.desks, found.active)

    async def get(self, staff_id: int) -> Staff | None:
        """The staff of an id."""
        return await self._read(staff.c.id == staff_id)

    async def _read(self, where: ColumnElement[bool]) -> Staff | None:
        row = (await self._connection.execute(select(staff).where(where))).first()
        return self._staff(row) if row else None

    def _staff(self, row: Row[Any]) -> Staff:
        opened = self._vault.open_or_none(row.name) if row.name else None
        return Staff(row.id, opened["name"] if opened else "", tuple(row.desks), row.active)
