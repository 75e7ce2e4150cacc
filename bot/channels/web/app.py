"""The web application: pages, API and probes behind one guard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from bot.channels.web.access import AccessLog
from bot.channels.web.api import Api
from bot.channels.web.bodies import RefusalError, refusal_response, server_error
from bot.channels.web.bureau import Bureau, DeniedError
from bot.channels.web.client import Clients
from bot.channels.web.guard import Guard
from bot.channels.web.pages import Pages
from bot.channels.web.probes import Probes
from bot.channels.web.tracking.api import TrackingApi
from bot.channels.web.tracking.page import TrackingPage
from bot.channels.web.tracking.stopping import StoppingPage
from bot.channels.web.tracking.window import Window

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from bot.channels.web.bureau import BureauParts
    from bot.channels.web.exchange import Exchange
    from bot.channels.web.options import WebOptions
    from bot.ops.health import Health
    from bot.ops.metrics import Metrics


def build_web(
    exchange: Exchange,
    health: Health,
    metrics: Metrics,
    options: WebOptions,
    parts: BureauParts | None = None,
) -> ASGIApp:
    """Everything that is served on ``WEB_LISTEN``.

    Args:
        exchange: answers, and shows what was said; the pages show its knowledge base.
        health: what ``/healthz`` and ``/readyz`` tell.
        metrics: what ``/metrics`` tells.
        options: the settings.
        parts: what the pages for those who work here work with; None: there are none.
    """
    pages = Pages(exchange.base, options, tickets=exchange.casework is not None)
    api = Api(exchange, metrics, options)
    behind = bool(options.hosts or options.proxies)
    probes = Probes(health, metrics, options.metrics_token, behind_proxy=behind)
    bureau = Bureau(parts, Clients(options.proxies)) if parts else None
    app = Starlette(
        routes=[
            *pages.routes(),
            *api.routes(),
            *probes.routes(),
            *_tracking(exchange, options),
            *(bureau.routes() if bureau else []),
        ],
        exception_handlers={
            RefusalError: refusal_response,
            **({DeniedError: bureau.denial} if bureau else {}),
            HTTPException: pages.http_error,
            Exception: server_error,
        },
    )
    # A slash more is another address: a redirect would name our host, not the proxy’s.
    app.router.redirect_slashes = False
    return AccessLog(Guard(app, options), metrics)


def _tracking(exchange: Exchange, options: WebOptions) -> list[BaseRoute]:
    """What leads back to a ticket; nothing where no desk answers."""
    if exchange.casework is None:
        return []
    window = Window(exchange, exchange.casework, options)
    page = TrackingPage(window, lambda: exchange.base().about.name)
    stopping = StoppingPage(exchange.store, lambda: exchange.base().about.name)
    return [*page.routes(), *stopping.routes(), *TrackingApi(window).routes()]
