"""Accounts that answer tickets: the desks that they staff, and who they are among the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.escalation.desks import BUREAU
from bot.store.account_tables import accounts
from bot.store.accounts import to_account

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.escalation.ports import Records
    from bot.escalation.staff import Staff
    from bot.store.accounts import Account

_IN_SERVICE = ~accounts.c.disabled & accounts.c.password.is_not(None)


async def list_agents(connection: AsyncConnection) -> list[Account]:
    """The accounts of agents that may log in, by name."""
    query = select(accounts).where(_IN_SERVICE, accounts.c.role == "agent")
    rows = await connection.execute(query.order_by(accounts.c.name))
    return [to_account(row) for row in rows]


async def staffed_desks(connection: AsyncConnection) -> set[str]:
    """The ids of the desks for which an agent that may log in answers."""
    return {desk for agent in await list_agents(connection) for desk in agent.desks}


async def meet_account(connection: AsyncConnection, records: Records, account: Account) -> Staff:
    """Who an account is among the staff; written down at the first time."""
    if account.staff_id is not None:
        known = await records.crew.get(account.staff_id)
        if known is not None:
            return known
    staff = await records.crew.meet(BUREAU, str(account.id), account.name)
    changed = update(accounts).where(accounts.c.id == account.id)
    await connection.execute(changed.values(staff_id=staff.id))
    return staff


async def find_agent(connection: AsyncConnection, name: str) -> Account | None:
    """The account of this name, if it may log in."""
    query = select(accounts).where(_IN_SERVICE, accounts.c.name == name)
    row = (await connection.execute(query)).first()
    return to_account(row) if row else None
