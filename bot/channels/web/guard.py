"""Stands before every route: refuses foreign host names, adds the headers that bind browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse

from bot.channels.web import texts
from bot.channels.web.request_body import header
from bot.ops.setting_types import is_loopback

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from bot.channels.web.options import WebOptions

_ANY_NAME = frozenset({"/healthz", "/readyz"})
"""Probes come by address, whatever names browsers use."""

BUREAU = "/bureau"
TRACKING = "/suivi"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def policy(embed_origins: tuple[str, ...]) -> str:
    """The content security policy: only our own files, framed only by ``embed_origins``."""
    framed_by = " ".join(embed_origins) or "'none'"
    own = "; ".join(f"{kind}-src 'self'" for kind in ("script", "style", "connect", "img"))
    closed = "base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; {own}; {closed}; frame-ancestors {framed_by}"


def bureau_policy() -> str:
    """The same for pages with forms: these come back to us, no script runs, and nobody frames them.

    They are those of the bureau, and ``/suivi``.
    """
    own = "style-src 'self'; img-src 'self'"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


class Guard:
    """Refuses requests under another name than ours, and adds the headers to every answer.

    A page that makes its own name lead here (DNS rebinding) still sends that name.
    """

    def __init__(self, app: ASGIApp, options: WebOptions) -> None:
        self._app = app
        self._hosts = {host.lower() for host in options.hosts} | {options.listen.host.lower()}
        self._any = not options.hosts and not options.listen.is_local
        self._headers = _HEADERS | {"Content-Security-Policy": policy(options.embed_origins)}
        closed = {"X-Frame-Options": "DENY"}
        if not options.embed_origins:
            self._headers |= closed
        # Without a referrer at all, a browser hides where a form comes from, from us too.
        own = {"Content-Security-Policy": bureau_policy(), "Referrer-Policy": "same-origin"}
        self._bureau = _HEADERS | closed | own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return

        forms = is_bureau(scope["path"]) or is_tracking(scope["path"])
        headers = self._bureau if forms else self._headers

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        app = self._app if self._knows(scope) else PlainTextResponse(texts.WRONG_HOST, 421)
        await app(scope, receive, send_guarded)

    def _knows(self, scope: Scope) -> bool:
        if self._any or scope["path"] in _ANY_NAME:
            return True
        host = host_name(header(scope, b"host").decode("latin-1"))
        return host in self._hosts or is_loopback(host)


def is_bureau(path: str) -> bool:
    """Whether a path is one of the bureau's."""
    return path == BUREAU or path.startswith(f"{BUREAU}/")


def is_tracking(path: str) -> bool:
    """Whether a path is one of those by which a ticket is followed."""
    return path == TRACKING or path.startswith(f"{TRACKING}/")


def host_name(value: str) -> str:
    """The name in a ``Host`` header, without its port."""
    name, bracket, _ = value.strip().lower().partition("]")
    return name.removeprefix("[") if bracket else name.partition(":")[0].rstrip(".")
