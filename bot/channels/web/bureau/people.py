"""The accounts, on a page for admins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.web.bureau import texts
from bot.channels.web.bureau.access import Page
from bot.channels.web.bureau.entrance import INVITATION
from bot.store.accounts import ROLES, AccountError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from bot.channels.web.bureau.access import Visit
    from bot.channels.web.bureau.paper import Paper
    from bot.store.accounts import Accounts, Role
    from kb.entries import KnowledgeBase

ADMINS: frozenset[Role] = frozenset({"admin"})


class People:
    """The page of the accounts.

    Args:
        accounts: the accounts.
        base: gives the knowledge base as it is now, for the desks of an agent.
        paper: renders.
    """

    def __init__(self, accounts: Accounts, base: Callable[[], KnowledgeBase], paper: Paper) -> None:
        self._accounts = accounts
        self._base = base
        self._paper = paper

    def pages(self) -> list[Page]:
        """The pages, each with who may see it."""
        return [
            Page("/bureau/comptes", self.show, ADMINS),
            Page("/bureau/comptes/ajouter", self.add, ADMINS, posted=True),
            Page("/bureau/comptes/inviter", self.invite, ADMINS, posted=True),
            Page("/bureau/comptes/fermer", self.disable, ADMINS, posted=True),
        ]

    async def show(self, visit: Visit) -> Response:
        """Everybody who has an account."""
        return await self._page(visit)

    async def add(self, visit: Visit) -> Response:
        """Make an account, and show the link with which its password is chosen."""
        name, role = visit.form.get("name", "").strip(), visit.form.get("role", "")
        if role not in ROLES:
            return await self._page(visit, said=texts.PEOPLE["no_role"])
        try:
            desks = [desk for desk in self._base().desks if visit.form.get(f"desk:{desk}")]
            await self._accounts.add(name, role, desks)
        except AccountError:
            return await self._page(visit, said=texts.PEOPLE["taken"])
        return await self.invite(visit)

    async def invite(self, visit: Visit) -> Response:
        """Show a link with which an account chooses another password."""
        name = visit.form.get("name", "").strip()
        try:
            secret = await self._accounts.invite(name)
        except AccountError:
            return await self._page(visit, said=texts.PEOPLE["unknown"])
        link = str(visit.request.url.replace(path=f"/bureau/{INVITATION}/{secret}", query=""))
        return await self._page(visit, link=link, invited=name)

    async def disable(self, visit: Visit) -> Response:
        """Let an account in no more."""
        name = visit.form.get("name", "")
        if name == visit.login.account.name:
            return await self._page(visit, said=texts.PEOPLE["yourself"])
        try:
            await self._accounts.disable(name)
        except AccountError:
            return await self._page(visit, said=texts.PEOPLE["unknown"])
        return await self._page(visit, said=texts.PEOPLE["closed"])

    async def _page(self, visit: Visit, **values: str) -> Response:
        listed = await self._accounts.listed()
        desks = self._base().desks
        given = {"accounts": listed, "roles": ROLES, "desks": desks, **values}
        return self._paper.show_to(visit, "people.html", texts.PEOPLE, given)
