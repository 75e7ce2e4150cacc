"""Puts the bureau together: every page with who may see it, and the entrance."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.routing import Route

from bot.channels.web.bureau import texts
from bot.channels.web.bureau.access import Access, Page
from bot.channels.web.bureau.board import EVERYBODY, Board
from bot.channels.web.bureau.casebook import Casebook
from bot.channels.web.bureau.cases import Cases
from bot.channels.web.bureau.controls import Controls
from bot.channels.web.bureau.entrance import Entrance
from bot.channels.web.bureau.lowering import Lowering
from bot.channels.web.bureau.paper import Paper
from bot.channels.web.bureau.people import People
from bot.channels.web.bureau.proposals import ProposalPages
from bot.channels.web.bureau.review import Review
from bot.channels.web.bureau.taking_out import TakingOut

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from bot.channels.web.bureau.access import Visit
    from bot.channels.web.bureau.parts import BureauParts
    from bot.channels.web.client import Clients


class Bureau:
    """All pages below ``/bureau``.

    Args:
        parts: what they work with.
        clients: knows whom a request comes from.
    """

    def __init__(self, parts: BureauParts, clients: Clients) -> None:
        self._access = Access(parts.store.accounts)
        self._paper = Paper(lambda: parts.base().about.name, self._menu, parts.broken)
        self._entrance = Entrance(parts.store.accounts, self._paper, clients)
        board = Board(parts.store, parts.base, self._paper)
        casebook = Casebook(parts.store, parts.casework, parts.deliveries)
        cases = Cases(casebook, parts.base, self._paper)
        people = People(parts.store.accounts, parts.base, self._paper)
        controls = Controls(parts, self._paper)
        review = Review(parts, self._paper)
        exports = TakingOut(parts.store, self._paper)
        out = Page("/bureau/sortie", self._entrance.log_out, EVERYBODY, posted=True)
        rooms = (board, Lowering(parts), review, controls, cases, exports, people)
        self.pages = [*(page for room in rooms for page in room.pages()), out]
        if parts.proposals is not None:
            self.pages += ProposalPages(parts.proposals, parts.base, self._paper).pages()

    def routes(self) -> list[BaseRoute]:
        """The routes, the entrance first; a page that is not listed does not exist."""
        return [
            Route("/bureau", _add_slash, methods=["GET"]),
            *self._entrance.routes(),
            *(self._access.route(page) for page in self.pages),
        ]

    async def denial(self, request: Request, _: Exception) -> Response:
        """The page of who may not see another."""
        status = HTTPStatus.FORBIDDEN
        return self._paper.show(request, "denied.html", texts.DENIED, {}, status)

    def _menu(self, visit: Visit) -> list[tuple[str, str]]:
        seen = {
            page.path.removeprefix("/bureau/") or "./"
            for page in self.pages
            if not page.posted and visit.may(*page.roles)
        }
        return [(path, label) for path, label in texts.MENU.items() if path in seen]


async def _add_slash(_: Request) -> Response:
    return RedirectResponse("bureau/", HTTPStatus.SEE_OTHER)
