"""Counts HTTP responses by code, and tells each in the log, at debug."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from bot.ops.metrics import Metrics

_log = logging.getLogger(__name__)


class AccessLog:
    """Whatever is served passes here.

    Args:
        app: serves.
        metrics: counts.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; neither its address nor what stands behind a "?" is written."""
        code, began = 500, time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._metrics.responses.labels(str(code)).inc()
            milliseconds = 1000 * (time.perf_counter() - began)
            method, path = scope.get("method", ""), str(scope.get("path", ""))[:100]
            _log.debug("%s %s: %d in %.1f ms", method, path, code, milliseconds)
