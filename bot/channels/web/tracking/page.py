"""``/suivi``: the page of one ticket, which needs no JavaScript."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from jinja2 import Environment, FileSystemLoader
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.channels.web.bodies import MAX_TEXT, RefusalError
from bot.channels.web.bureau.forms import read_form
from bot.channels.web.linked_text import linked_text
from bot.channels.web.tracking import texts
from bot.escalation.tracking import Act, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from bot.channels.web.tracking.window import Window
    from bot.escalation.tracking import Tracing

_TEMPLATES = Path(__file__).parent.parent / "templates"
_PRIVATE = {"Cache-Control": "no-store"}
_ACTS = frozenset(get_args(Act))
_NAME_BYTES = 9
_MOST_NAME = 64


class TrackingPage:
    """The route of the page.

    Args:
        window: opens tickets.
        name: gives the organisation's own name for the service, as it is now.
    """

    def __init__(self, window: Window, name: Callable[[], str]) -> None:
        self._window = window
        self._name = name
        loader = FileSystemLoader(_TEMPLATES)
        self._templates = Environment(loader=loader, autoescape=True, trim_blocks=True)
        self._templates.filters |= {
            "linked": linked_text,
            "at": texts.at,
            "spoken": texts.at_in_words,
            "state": texts.state,
        }

    def routes(self) -> list[BaseRoute]:
        """The routes of the page."""
        return [
            Route("/suivi", self.ask, methods=["GET"]),
            Route("/suivi", self.show, methods=["POST"]),
        ]

    async def ask(self, _: Request) -> Response:
        """The form that asks for number and code."""
        return self._page({})

    async def show(self, request: Request) -> Response:
        """The ticket, after what was wished was done with it; or why not, above the form."""
        form = await read_form(request)
        number, code = form.get("number", ""), form.get("code", "")
        try:
            done = await self._window.serve(request, number, code, _wish(form))
        except RefusalError as refused:
            return self._refusal(form, refused)
        return self._shown(done, code)

    def _shown(self, done: Tracing, code: str) -> Response:
        # A form that the browser sends again says the same once.
        once = secrets.token_urlsafe(_NAME_BYTES)
        values = {"found": done.tracked, "told": done.reply, "code": code, "once": once}
        return self._page(values)

    def _refusal(self, form: Mapping[str, str], refused: RefusalError) -> Response:
        given = {"number": form.get("number", "")[:_MOST_NAME], "problem": refused.body.message}
        return self._page(given, refused.status, refused.headers)

    def _page(
        self,
        values: Mapping[str, object],
        status: int = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        words = texts.page(self._name())
        text = self._templates.get_template("tracking.html").render(
            texts=words, root="", most=MAX_TEXT, **values
        )
        return HTMLResponse(text, status, {**_PRIVATE, **(headers or {})})


def _wish(form: Mapping[str, str]) -> Wish:
    """What a form asks for; nothing but to see the ticket when it asks for nothing known."""
    act = form.get("action", "")
    stars = form.get("stars", "")
    sure = act != "erase" or form.get("sure") == "yes"
    return Wish(
        act if act in _ACTS and sure else "show",  # type: ignore[arg-type]
        form.get("once", "")[:_MOST_NAME],
        form.get("text", "")[:MAX_TEXT].replace("\0", " "),
        int(stars) if stars.isascii() and stars.isdigit() and len(stars) == 1 else 0,
    )
