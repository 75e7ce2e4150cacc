"""Serves the pages for people: the chat, the desks without JavaScript, the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels.web import api_texts, texts
from bot.channels.web.bodies import http_error
from bot.channels.web.linked_text import linked_text
from bot.channels.web.openapi import description
from bot.conversation import replies

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import Scope

    from bot.channels.web.options import WebOptions
    from kb.entries import About, KnowledgeBase

_HERE = Path(__file__).parent
_FRESH = {"Cache-Control": "no-cache"}


class Pages:
    """The routes that a browser opens.

    Args:
        base: gives the knowledge base as it is now, with the organisation's own words.
        options: who may embed.
        tickets: whether desks answer in the chat.
    """

    def __init__(
        self, base: Callable[[], KnowledgeBase], options: WebOptions, *, tickets: bool = False
    ) -> None:
        self._base = base
        self._tickets = tickets
        self._embeddable = bool(options.embed_origins)
        loader = FileSystemLoader(_HERE / "templates")
        self._templates = Environment(loader=loader, autoescape=True, trim_blocks=True)
        self._templates.filters["linked"] = linked_text

    def routes(self) -> list[BaseRoute]:
        """The routes of the pages."""
        return [
            Route("/", self.chat),
            Route("/guichets", self.contacts),
            Route("/api", self.documentation),
            Route("/api/openapi.json", self.openapi),
            *([Route("/embed.js", self.embed)] if self._embeddable else []),
            Mount("/static", FreshFiles(directory=_HERE / "static")),
        ]

    async def chat(self, _: Request) -> Response:
        """The page of the conversation."""
        about, tickets = self._about(), self._tickets
        words, script = texts.page(about, tickets=tickets), texts.script(about, tickets=tickets)
        return self._page("chat.html", texts=words, script=script, tickets=tickets)

    async def contacts(self, _: Request) -> Response:
        """The desks, for who has no JavaScript or finds the chat broken."""
        found = replies.contacts(self._base().desks.values()).paragraphs
        return self._page("contacts.html", texts=texts.contacts(self._about()), paragraphs=found)

    async def documentation(self, _: Request) -> Response:
        """The page that documents the JSON API and the script for other sites."""
        about = self._about()
        sections = api_texts.documentation(about, tickets=self._tickets)
        words = texts.documentation_page(about)
        return self._page("api.html", texts=words, sections=sections)

    async def openapi(self, _: Request) -> Response:
        """The OpenAPI description of the JSON API."""
        described = description(self._about().name, tickets=self._tickets)
        return JSONResponse(described, headers=_FRESH)

    async def embed(self, _: Request) -> Response:
        """The script that puts the chat on another site."""
        text = self._templates.get_template("embed.js").render(texts=texts.embed(self._about()))
        headers = {"Cross-Origin-Resource-Policy": "cross-origin", **_FRESH}
        return Response(text, headers=headers, media_type="text/javascript")

    async def http_error(self, request: Request, error: Exception) -> Response:
        """An error of the router, as a page for browsers and as JSON for programs."""
        return http_error(request, error, self._missing_page)

    def _missing_page(self, said: str, request: Request) -> str:
        # Addresses are relative, so that a proxy may serve us below a path of its own.
        root = "../" * (request.url.path.count("/") - 1)
        words = texts.missing(self._about(), said)
        return self._templates.get_template("missing.html").render(texts=words, root=root)

    def _about(self) -> About:
        """The organisation's own words as they are now."""
        return self._base().about

    def _page(self, name: str, **values: object) -> Response:
        text = self._templates.get_template(name).render(**values)
        return HTMLResponse(text, headers=_FRESH)


class FreshFiles(StaticFiles):
    """Files that a browser keeps but asks about, so that a new version shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or that it has not changed."""
        response = await super().get_response(path, scope)
        response.headers.update(_FRESH)
        return response
