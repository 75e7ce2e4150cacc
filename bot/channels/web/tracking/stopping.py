"""``/suivi/desabonner``: one press, and no more mails about a ticket; the link is proof enough."""

from __future__ import annotations

import logging
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.channels.web.tracking import texts
from bot.escalation.stopping import STOPPING, StopWords
from bot.ops.errors import describe
from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from bot.store.store import Store, Transaction

_TEMPLATES = Path(__file__).parent.parent / "templates"
_log = logging.getLogger(__name__)


class StoppingPage:
    """The routes of the page.

    Args:
        store: with the addresses.
        name: gives the organisation's own name for the service, as it is now.
    """

    def __init__(self, store: Store, name: Callable[[], str]) -> None:
        self._store = store
        self._words = StopWords(store.key)
        self._name = name
        loader = FileSystemLoader(_TEMPLATES)
        self._templates = Environment(loader=loader, autoescape=True, trim_blocks=True)

    def routes(self) -> list[BaseRoute]:
        """The routes of the page."""
        return [
            Route(STOPPING, self.ask, methods=["GET"]),
            Route(STOPPING, self.stop, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """The page with the button: programs that look at links must not stop anything by it."""
        word = request.query_params.get("d", "")
        if self._words.read(word) is None:
            return self._page("wrong", HTTPStatus.NOT_FOUND)
        return self._page("ask", word=word)

    async def stop(self, request: Request) -> Response:
        """Stop the mails: by the button, or by a mail client (RFC 8058), which says no more."""
        ticket_id = self._words.read(request.query_params.get("d", ""))
        if ticket_id is None:
            return self._page("wrong", HTTPStatus.NOT_FOUND)
        try:
            await self._drop(ticket_id)
        except StoreError as error:
            _log.error("Mails to an asker could not be stopped: %s.", describe(error))
            return self._page("broken", HTTPStatus.SERVICE_UNAVAILABLE)
        return self._page("done")

    async def _drop(self, ticket_id: int) -> None:
        async def work(transaction: Transaction) -> None:
            await self._store.records(transaction).mails.drop(ticket_id)

        await self._store.write(work)

    def _page(self, state: str, status: int = HTTPStatus.OK, word: str = "") -> Response:
        words = texts.stopping_page(self._name())
        template = self._templates.get_template("stopping.html")
        text = template.render(texts=words, root="../", state=state, word=word)
        return HTMLResponse(text, status, {"Cache-Control": "no-store"})
