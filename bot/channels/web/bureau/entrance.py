"""The entrance of the bureau: making the first account, logging in and out, an invitation."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.routing import Route

from bot.channels.web.bureau import texts
from bot.channels.web.bureau.access import (
    Visit,
    refuse_foreign_form,
    root_of,
    set_cookie,
    to_entrance,
)
from bot.channels.web.bureau.forms import read_form
from bot.channels.web.bureau.slowdown import Slowdown
from bot.store.passwords import Passwords, password_problem

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from bot.channels.web.bureau.paper import Paper
    from bot.channels.web.client import Clients
    from bot.store.accounts import Account, Accounts

INVITATION = "invitation"
"""The part of an address before the secret of an invitation."""


class Entrance:
    """The pages that somebody sees who is not logged in.

    Args:
        accounts: the accounts.
        paper: renders pages.
        clients: knows whom a request comes from.
    """

    def __init__(self, accounts: Accounts, paper: Paper, clients: Clients) -> None:
        self._clients = clients
        self._accounts = accounts
        self._paper = paper
        self._passwords = Passwords()
        self._slowdown = Slowdown()

    def routes(self) -> list[BaseRoute]:
        """The routes that need no login."""
        invited = f"/bureau/{INVITATION}/{{secret}}"
        return [
            Route("/bureau/connexion", self.ask, methods=["GET"]),
            Route("/bureau/connexion", self.log_in, methods=["POST"]),
            Route(invited, self.welcome, methods=["GET"]),
            Route(invited, self.choose_password, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """The form that asks for name and password, or how to make the first account."""
        if not await self._accounts.any():
            return self._paper.show(request, "first.html", texts.FIRST)
        return self._form(request)

    async def log_in(self, request: Request) -> Response:
        """Check name and password; wrong ones cost time."""
        refuse_foreign_form(request)
        form = await read_form(request)
        keys = self._keys(request, form.get("name", ""))
        if wait := self._slowdown.wait(keys):
            return self._form(request, texts.wait(wait), HTTPStatus.TOO_MANY_REQUESTS)
        account = await self._check(form)
        self._slowdown.note(keys, failed=account is None)
        if account is not None:
            return await self._let_in(request, account)
        return self._form(request, texts.WRONG, HTTPStatus.FORBIDDEN)

    async def welcome(self, request: Request) -> Response:
        """The form in which who is invited chooses a password."""
        account = await self._accounts.invited(request.path_params["secret"])
        return self._invitation(request, account)

    async def choose_password(self, request: Request) -> Response:
        """Keep the password and let them in."""
        refuse_foreign_form(request)
        form = await read_form(request)
        account = await self._accounts.invited(request.path_params["secret"])
        password = form.get("password", "")
        problem = password_problem(password, account.name) if account else None
        if account is None or problem:
            return self._invitation(request, account, problem)
        await self._accounts.set_password(account.name, await self._passwords.hash(password))
        return await self._let_in(request, account)

    async def log_out(self, visit: Visit) -> Response:
        """End the login: its cookie opens nothing any more."""
        await self._accounts.close_login(visit.login.token)
        response = to_entrance(visit.request)
        set_cookie(visit.request, response, "")
        return response

    async def _check(self, form: dict[str, str]) -> Account | None:
        found = await self._accounts.find(form.get("name", ""))
        account, kept = found or (None, None)
        right = await self._passwords.is_right(kept, form.get("password", ""))
        return account if right else None

    async def _let_in(self, request: Request, account: Account) -> Response:
        token = await self._accounts.open_login(account)
        response = RedirectResponse(root_of(request) + "bureau/", HTTPStatus.SEE_OTHER)
        set_cookie(request, response, token)
        return response

    def _form(self, request: Request, said: str = "", status: int = HTTPStatus.OK) -> Response:
        return self._paper.show(request, "login.html", texts.LOGIN, {"said": said}, status)

    def _invitation(
        self, request: Request, account: Account | None, problem: str | None = None
    ) -> Response:
        if account is None:
            status = HTTPStatus.NOT_FOUND
            return self._paper.show(request, "expired.html", texts.EXPIRED, {}, status)
        status = HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK
        words = texts.invitation(account.name)
        return self._paper.show(request, "invitation.html", words, {"said": problem}, status)

    def _keys(self, request: Request, name: str) -> list[str]:
        network = self._clients.key_of(request.scope)
        return [f"name:{name.casefold()[:100]}", f"network:{network}"]
