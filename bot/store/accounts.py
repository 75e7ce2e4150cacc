"""Accounts and logins: who may see what in the bureau."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.ops.errors import BotError
from bot.store.account_tables import accounts, logins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.writer import Writer

Role: TypeAlias = Literal["lecteur", "agent", "éditeur", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

IDLE = timedelta(hours=12)
"""A login that is not used for so long ends."""

INVITED = timedelta(hours=24)
"""How long the link with which a password is chosen may be used."""

_TOUCH = timedelta(minutes=1)
"""Uses of a login are noted once in this time: a page must not cost a write."""

_TOKEN_BYTES = 32


class AccountError(BotError):
    """An account cannot be made or changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who works in the bureau.

    Attributes:
        id: number; ``name``: what they log in with.
        role: what they may do; ``desks``: whose tickets an agent sees.
        disabled: whether they may not log in.
        has_password: False until the invitation was used.
        staff_id: who they are among the staff of the desks, if known.
    """

    id: int
    name: str
    role: Role
    desks: tuple[str, ...] = ()
    disabled: bool = False
    has_password: bool = True
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """An account in one browser.

    Attributes:
        account: who it is.
        csrf: must come back with every form.
        token: opens the login.
    """

    account: Account
    csrf: str
    token: str = field(repr=False)


class Accounts:
    """The accounts of a store.

    Args:
        writer: writes.
        clock: the present moment (UTC).
    """

    def __init__(
        self, writer: Writer, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._writer = writer
        self._clock = clock

    async def add(
        self, name: str, role: Role, desks: Iterable[str] = (), password: str | None = None
    ) -> Account:
        """Make an account; ``password`` is a hash, None: an invitation will set it.

        Raises:
            AccountError: the name is empty, too long or taken.
        """
        new = insert(accounts).values(
            name=_checked_name(name),
            password=password,
            role=role,
            desks=sorted(set(desks)),
            disabled=False,
            created_at=self._clock(),
        )

        async def work(connection: AsyncConnection) -> Account:
            try:
                rows = await connection.execute(new.returning(accounts))
            except IntegrityError:
                raise AccountError(
                    f"there is an account {name} already; choose another name"
                ) from None
            return to_account(rows.one())

        return await self._writer.run(work)

    async def listed(self) -> list[Account]:
        """All accounts, by name."""

        async def work(connection: AsyncConnection) -> list[Account]:
            return [to_account(row) for row in await connection.execute(_BY_NAME)]

        return await self._writer.run(work)

    async def any(self) -> bool:
        """Whether there is an account at all."""

        async def work(connection: AsyncConnection) -> bool:
            number = await connection.execute(select(func.count()).select_from(accounts))
            return bool(number.scalar_one())

        return await self._writer.run(work)

    async def disable(self, name: str) -> None:
        """Let an account log in no more, and end its logins at once.

        Raises:
            AccountError: there is no such account.
        """

        async def work(connection: AsyncConnection) -> None:
            number = await _change(connection, name, disabled=True, invitation=None)
            await connection.execute(delete(logins).where(logins.c.account_id == number))

        await self._writer.run(work)

    async def set_password(self, name: str, password: str) -> None:
        """Set the hash of a password, enable the account, and end its logins.

        Raises:
            AccountError: there is no such account.
        """

        async def work(connection: AsyncConnection) -> None:
            number = await _change(
                connection, name, password=password, disabled=False, invitation=None
            )
            await connection.execute(delete(logins).where(logins.c.account_id == number))

        await self._writer.run(work)

    async def invite(self, name: str) -> str:
        """The secret of a link with which the password is chosen, once, within ``INVITED``.

        Raises:
            AccountError: there is no such account.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        until = self._clock() + INVITED

        async def work(connection: AsyncConnection) -> None:
            await _change(connection, name, invitation=_hash(token), invited_until=until)

        await self._writer.run(work)
        return token

    async def invited(self, token: str) -> Account | None:
        """Whom an invitation is for; None when it is unknown, used or too old."""
        return await self._find(
            accounts.c.invitation == _hash(token), accounts.c.invited_until > self._clock()
        )

    async def find(self, name: str) -> tuple[Account, str | None] | None:
        """An account that may log in, with the hash of its password; None: there is none."""

        async def work(connection: AsyncConnection) -> tuple[Account, str | None] | None:
            query = select(accounts).where(accounts.c.name == name, ~accounts.c.disabled)
            row = (await connection.execute(query)).first()
            return (to_account(row), row.password) if row else None

        return await self._writer.run(work)

    async def open_login(self, account: Account) -> str:
        """The token of a new login."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._clock()
        row = {
            "token": _hash(token),
            "account_id": account.id,
            "csrf": secrets.token_urlsafe(_TOKEN_BYTES),
            "seen_at": now,
            "expires_at": now + IDLE,
        }

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(insert(logins).values(row))

        await self._writer.run(work)
        return token

    async def login(self, token: str) -> Login | None:
        """The login of a token, used now; None when it ended, or the account may not log in."""
        now, key = self._clock(), _hash(token)

        async def work(connection: AsyncConnection) -> Login | None:
            query = (
                select(accounts, logins.c.csrf, logins.c.seen_at)
                .join_from(logins, accounts)
                .where(logins.c.token == key, logins.c.expires_at > now, ~accounts.c.disabled)
            )
            row = (await connection.execute(query)).first()
            if row is None:
                return None
            if now - row.seen_at >= _TOUCH:
                used = update(logins).where(logins.c.token == key)
                await connection.execute(used.values(seen_at=now, expires_at=now + IDLE))
            return Login(to_account(row), row.csrf, token)

        return await self._writer.run(work)

    async def close_login(self, token: str) -> None:
        """End a login: its cookie opens nothing any more."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(logins).where(logins.c.token == _hash(token)))

        await self._writer.run(work)

    async def _find(self, *conditions: ColumnElement[bool]) -> Account | None:
        async def work(connection: AsyncConnection) -> Account | None:
            row = (await connection.execute(select(accounts).where(*conditions))).first()
            return to_account(row) if row else None

        return await self._writer.run(work)


_BY_NAME = select(accounts).order_by(accounts.c.name)


async def _change(connection: AsyncConnection, name: str, **values: object) -> int:
    changed = update(accounts).where(accounts.c.name == name).values(**values)
    number = (await connection.execute(changed.returning(accounts.c.id))).scalar_one_or_none()
    if number is None:
        raise AccountError(f"there is no account {name}; aiguilleur accounts list shows them")
    return int(number)


def to_account(row: Row[Any]) -> Account:
    """The account of a row of ``accounts``."""
    return Account(
        row.id,
        row.name,
        row.role,
        tuple(row.desks),
        row.disabled,
        row.password is not None,
        row.staff_id,
    )


def _checked_name(name: str) -> str:
    if not name or len(name) > 100 or not name.isprintable() or name != name.strip():  # noqa: PLR2004 - the column's
        raise AccountError(
            "the name of an account has 1 to 100 visible characters and no space at its ends"
        )
    return name


def _hash(token: str) -> str:
    """What is kept of a token; it is long and random, so that a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
