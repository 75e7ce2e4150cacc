"""Serves what machines ask for: ``/healthz``, ``/readyz`` and ``/metrics``."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.web import texts
from bot.channels.web.request_body import header
from bot.ops.setting_types import is_loopback

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

    from bot.ops.findings import Finding
    from bot.ops.health import Health
    from bot.ops.metrics import Metrics

_NO_STORE = {"Cache-Control": "no-store"}
_FORWARDED = (b"x-forwarded-for", b"forwarded", b"x-real-ip")


class Probes:
    """The routes of the operator.

    Args:
        health: what is looked at.
        metrics: what was counted.
        token: opens the metrics and the findings to other machines; empty: to none.
        behind_proxy: whether whoever comes from this machine may come for somebody else.
    """

    def __init__(
        self, health: Health, metrics: Metrics, token: str, *, behind_proxy: bool = False
    ) -> None:
        self._health = health
        self._metrics = metrics
        self._token = token.encode()
        self._behind_proxy = behind_proxy

    def routes(self) -> list[Route]:
        """The routes of the probes."""
        return [
            Route("/healthz", self.alive),
            Route("/readyz", self.ready),
            Route("/metrics", self.show_metrics),
        ]

    async def alive(self, request: Request) -> Response:
        """``/healthz``: what every probe finds; 503 when one finds something wrong."""
        found = await self._health.findings()
        fine = all(finding.ok for finding in found)
        told = _in_full if self._is_trusted(request.scope) else _in_short
        body = {"ok": fine, "checks": [told(finding) for finding in found]}
        return JSONResponse(body, _status(ok=fine), _NO_STORE)

    async def ready(self, request: Request) -> Response:
        """``/readyz``: whether new work may be sent here; what probes find changes nothing of it.

        Whoever may read details finds them here too, such as a mailbox that does not work.
        """
        accepting = self._health.accepting
        body: dict[str, object] = {"ok": accepting}
        if self._is_trusted(request.scope):
            body["checks"] = [_in_full(finding) for finding in await self._health.findings()]
        return JSONResponse(body, _status(ok=accepting), _NO_STORE)

    async def show_metrics(self, request: Request) -> Response:
        """``/metrics``: to this machine, or to who has the token."""
        if not self._is_trusted(request.scope):
            return PlainTextResponse(texts.NO_METRICS, 403, _NO_STORE)
        body, kind = self._metrics.render()
        return Response(body, headers={**_NO_STORE, "Content-Type": kind})

    def _is_trusted(self, scope: Scope) -> bool:
        return self._has_token(scope) or (not self._behind_proxy and _from_here(scope))

    def _has_token(self, scope: Scope) -> bool:
        given = header(scope, b"authorization").removeprefix(b"Bearer ")
        return hmac.compare_digest(given, self._token) and bool(self._token)


def _from_here(scope: Scope) -> bool:
    """Whether a program of this machine asks, and not for somebody else."""
    host = str((scope.get("client") or ("",))[0])
    return is_loopback(host) and not any(header(scope, name) for name in _FORWARDED)


def _in_short(finding: Finding) -> dict[str, object]:
    """The findings without details, which can name machines and files to strangers."""
    return {"name": finding.name, "ok": finding.ok}


def _in_full(finding: Finding) -> dict[str, object]:
    return {**_in_short(finding), "said": finding.detail}


def _status(*, ok: bool) -> int:
    return HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
