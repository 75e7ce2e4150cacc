"""Renders the pages of the bureau."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader
from starlette.responses import HTMLResponse

from bot.analytics.overview import Share
from bot.channels.web.bureau import (
    formats,
    learning_texts,
    proposal_texts,
    texts,
    ticket_texts,
)
from bot.channels.web.bureau.access import root_of
from bot.channels.web.linked_text import linked_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.channels.web.bureau.access import Visit

_TEMPLATES = Path(__file__).parent.parent / "templates"
_PRIVATE = {"Cache-Control": "no-store"}


class Paper:
    """Makes pages of templates; all addresses are relative, so that a proxy may move us.

    Args:
        name: gives the organisation's own name for the service, as it is now.
        menu: the entries of the menu that a visitor may see, as (address, label).
        broken: gives the kinds of direct replies whose promise is broken, which every page says.
    """

    def __init__(
        self,
        name: Callable[[], str],
        menu: Callable[[Visit], list[tuple[str, str]]],
        broken: Callable[[], Collection[str]],
    ) -> None:
        self._broken = broken
        self._name = name
        self._menu = menu
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True
        )
        self._templates.filters |= {
            "linked": linked_text,
            "number": formats.number,
            "share": formats.share,
            "percent": formats.percent,
            "day": formats.day,
            "hours": formats.hours,
            "moment": formats.moment,
            "state": learning_texts.state,
            "since": learning_texts.since,
            "mover": learning_texts.mover,
            "duration": proposal_texts.duration,
        }
        self._templates.globals |= {
            "frame": texts.FRAME,
            "filter": texts.FILTER,
            "leaves": texts.LEAVES,
            "board": texts.BOARD,
            "notes": texts.OUTCOME_NOTES,
            "part": Share,
            "span": formats.span,
            "events": ticket_texts.EVENTS,
        }

    def show(
        self,
        request: Request,
        template: str,
        words: Mapping[str, str],
        values: Mapping[str, object] = MappingProxyType({}),
        status: int = HTTPStatus.OK,
    ) -> Response:
        """A page for somebody who is not logged in."""
        page = self._templates.get_template(f"bureau/{template}")
        text = page.render(texts=words, root=root_of(request), name=self._name(), **values)
        return HTMLResponse(text, status, _PRIVATE)

    def show_to(
        self,
        visit: Visit,
        template: str,
        words: Mapping[str, str],
        values: Mapping[str, object] = MappingProxyType({}),
        status: int = HTTPStatus.OK,
    ) -> Response:
        """A page for somebody who is logged in, with the menu."""
        here = visit.request.url.path
        given: dict[str, object] = {
            "menu": self._menu(visit),
            "here": here,
            "visit": visit,
            "csrf": visit.login.csrf,
        }
        given["broken"] = self._broken()
        return self.show(visit.request, template, words, {**given, **values}, status)
