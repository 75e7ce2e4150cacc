"""Who may see which page of the bureau: nobody, unless the page says so.

Every page is listed with the roles that may see it. A form counts only with the secret that its
page was given, and from our own site: a browser says where a form comes from.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from bot.channels.web.bureau.forms import Form, read_form
from bot.channels.web.guard import host_name
from bot.ops.setting_types import is_loopback

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.store.accounts import Accounts, Login, Role

CSRF = "csrf"
"""The field of a form that holds the secret of its login."""

_OUR_OWN = {"same-origin", "none"}


class DeniedError(HTTPException):
    """Somebody may not see a page of the bureau, or a form did not come from it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is logged in.

    Attributes:
        request: what was asked for.
        login: who asks.
        form: what was sent back; empty unless it was posted.
    """

    request: Request
    login: Login
    form: Form

    def may(self, *roles: Role) -> bool:
        """Whether the visitor has one of these roles; an admin has them all."""
        return self.login.account.role in (*roles, "admin")


Handler: TypeAlias = "Callable[[Visit], Awaitable[Response]]"


@dataclass(frozen=True, slots=True)
class Page:
    """A page and who may see it.

    Attributes:
        path: below the bureau.
        handler: answers.
        roles: who may; an admin may see everything.
        posted: whether it takes a form, and no plain look.
    """

    path: str
    handler: Handler
    roles: frozenset[Role]
    posted: bool = False


class Access:
    """Lets in who may see a page, and sends others to the entrance.

    Args:
        accounts: the accounts and their logins.
    """

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def route(self, page: Page) -> Route:
        """The route of a page, guarded."""

        async def answer(request: Request) -> Response:
            login = await self.login_of(request)
            if login is None:
                return to_entrance(request)
            form = await self._form(request, login) if page.posted else Form()
            if login.account.role not in {*page.roles, "admin"}:
                raise DeniedError(HTTPStatus.FORBIDDEN)
            return await page.handler(Visit(request, login, form))

        return Route(page.path, answer, methods=["POST" if page.posted else "GET"])

    async def login_of(self, request: Request) -> Login | None:
        """Who is logged in with the cookie of a request."""
        token = request.cookies.get(cookie_name(request), "")
        return await self._accounts.login(token) if token else None

    async def _form(self, request: Request, login: Login) -> Form:
        refuse_foreign_form(request)
        form = await read_form(request)
        if not hmac.compare_digest(form.pop(CSRF, "").encode(), login.csrf.encode()):
            raise DeniedError(HTTPStatus.FORBIDDEN)
        return form


def refuse_foreign_form(request: Request) -> None:
    """Refuse a form that the browser says comes from another site.

    Raises:
        DeniedError: it does.
    """
    said = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if said is not None:
        # The origin that stands beside it may be hidden ("null"), as a strict policy has it.
        foreign = said not in _OUR_OWN
    else:
        # Older browsers name the origin alone, others nothing.
        foreign = origin is not None and host_name(origin.partition("//")[2]) != _host(request)
    if foreign:
        raise DeniedError(HTTPStatus.FORBIDDEN)


def to_entrance(request: Request) -> Response:
    """The way to the page where one logs in; what a form held is lost, and the page says so."""
    return RedirectResponse(root_of(request) + "bureau/connexion", HTTPStatus.SEE_OTHER)


def root_of(request: Request) -> str:
    """The relative way from a page to the root of the site: a proxy may have moved it."""
    return "../" * (request.url.path.count("/") - 1) or "./"


def is_secure(request: Request) -> bool:
    """Whether cookies are for encrypted connections alone: everywhere but on this machine."""
    return not is_loopback(_host(request))


def cookie_name(request: Request) -> str:
    """The cookie of a login; the prefix has browsers refuse one that another host set."""
    return "__Host-bureau" if is_secure(request) else "bureau"


def set_cookie(request: Request, response: Response, token: str) -> None:
    """Keep a login in the browser until it is closed; an empty token takes it away."""
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=None if token else 0,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )


def _host(request: Request) -> str:
    return host_name(request.headers.get("host", ""))
