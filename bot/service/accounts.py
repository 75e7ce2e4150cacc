"""Makes and changes accounts of the bureau for an operator, beside a running service or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store.accounts import INVITED, AccountError
from bot.store.opening import open_existing_store, open_store
from bot.store.passwords import Passwords, password_problem

if TYPE_CHECKING:
    from bot.ops.settings import Settings
    from bot.store.accounts import Account, Role


async def add(
    settings: Settings, name: str, role: Role, desks: tuple[str, ...], password: str | None
) -> str:
    """Make an account; what was done, in a line, with the link that sets its password.

    Raises:
        AccountError: the name is taken, or the password cannot be.
        StoreError: the database cannot be used.
    """
    kept = None if password is None else await _hash(password, name)
    async with await open_store(settings) as store:
        account = await store.accounts.add(name, role, desks, kept)
        if kept is not None:
            return f"added: {account.name} ({account.role})"
        link = _link(settings, await store.accounts.invite(name))
    return f"added: {account.name} ({account.role}). {link}"


async def set_password(settings: Settings, name: str, password: str | None) -> str:
    """Set another password, or give the link that sets one.

    Raises:
        AccountError: there is no such account, or the password cannot be taken.
        StoreError: the database cannot be used.
    """
    kept = None if password is None else await _hash(password, name)
    async with await open_existing_store(settings) as store:
        if kept is None:
            return _link(settings, await store.accounts.invite(name))
        await store.accounts.set_password(name, kept)
    return f"{name} has another password; what was open under the old one is closed"


async def disable(settings: Settings, name: str) -> str:
    """Let an account in no more.

    Raises:
        AccountError: there is no such account.
        StoreError: the database cannot be used.
    """
    async with await open_existing_store(settings) as store:
        await store.accounts.disable(name)
    return f"disabled: {name}; its logins have ended"


async def describe_all(settings: Settings) -> list[str]:
    """Every account, one a line; how to make the first when there is none.

    Raises:
        StoreError: the database cannot be used.
    """
    async with await open_existing_store(settings) as store:
        listed = await store.accounts.listed()
    none = "no account yet: run aiguilleur accounts add NAME --role admin"
    return [_describe(account) for account in listed] or [none]


def _describe(account: Account) -> str:
    state = "disabled" if account.disabled else "active" if account.has_password else "invited"
    desks = f"  {', '.join(account.desks)}" if account.desks else ""
    return f"{account.name}  {account.role}  {state}{desks}"


async def _hash(password: str, name: str) -> str:
    if problem := password_problem(password, name):
        raise AccountError(f"the password cannot be taken: {problem}")
    return await Passwords().hash(password)


def _link(settings: Settings, secret: str) -> str:
    hours = int(INVITED.total_seconds() // 3600)
    return f"Open once, within {hours} hours: {bureau_address(settings)}invitation/{secret}"


def bureau_address(settings: Settings) -> str:
    """Where the bureau is: the first public name, else this machine."""
    if settings.web_hosts:
        return f"https://{settings.web_hosts[0]}/bureau/"
    host, port = settings.web_listen
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/bureau/"
