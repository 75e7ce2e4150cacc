"""Serving ASGI applications inside the running event loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import uvicorn

from bot.channels.web.connections import KEPT_FREE, Connections, Reserve, connection_limit
from bot.ops.errors import ListenError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from bot.ops.setting_types import Listen

STOP_SECONDS = 2
BACKLOG = 128
"""Connections that wait to be accepted: as many are taken at once when files run out."""

WEBHOOK_CONNECTIONS = 128
"""On an address of its own; Telegram has 40 at most."""

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})


@asynccontextmanager
async def serve_app(
    app: ASGIApp, listen: Listen, most: int | None = None, always: Collection[str] = PROBES
) -> AsyncIterator[None]:
    """Serve ``app`` on ``listen`` for as long as the block lasts; stopped within 3 seconds.

    Requests under way at the end have 2 seconds to finish.

    Args:
        app: what is served.
        listen: the address.
        most: connections at once; by default, what the files of this process allow.
        always: paths that are served even when all else is refused.

    Raises:
        ListenError: the address cannot be had.
    """
    most = connection_limit() if most is None else most
    server = _Server(_config(Reserve(app, most - min(KEPT_FREE, most // 2), always), most))
    task = asyncio.create_task(server.serve(sockets=_bind_sockets(listen)))
    try:
        await server.is_up(task)
        yield
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def serve_both(
    web: ASGIApp, web_listen: Listen, webhook: ASGIApp, path: str, webhook_listen: Listen
) -> AsyncIterator[None]:
    """Serve the pages and, at ``path``, the webhook; one server when they share an address.

    Raises:
        ListenError: an address cannot be had.
    """
    async with AsyncExitStack() as stack:
        if web_listen == webhook_listen:
            fork, always = Fork(path, webhook, web), PROBES | {unquote(path)}
            await stack.enter_async_context(serve_app(fork, web_listen, always=always))
        else:
            await stack.enter_async_context(serve_app(web, web_listen))
            hook = serve_app(webhook, webhook_listen, WEBHOOK_CONNECTIONS)
            await stack.enter_async_context(hook)
        yield


class Fork:
    """Sends one path to an application of its own, everything else to another."""

    def __init__(self, path: str, special: ASGIApp, others: ASGIApp) -> None:
        self._path = unquote(path)
        self._special = special
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        app = self._special if scope.get("path") == self._path else self._others
        await app(scope, receive, send)


class _Server(uvicorn.Server):
    """A server that leaves signals to the service and says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._up = asyncio.Event()

    async def is_up(self, task: asyncio.Task[None]) -> None:
        """Wait until it serves, or raise what ended its ``task``."""
        waiting = asyncio.create_task(self._up.wait())
        await asyncio.wait((waiting, task), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if task.done():
            await task

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._up.set()


def _config(app: ASGIApp, most: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Connections(most).protocol,  # type: ignore[arg-type] # it is called like the class
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _bind_sockets(listen: Listen) -> list[socket.socket]:
    """The listening sockets of an address, one for each family that its name has here."""
    bound: list[socket.socket] = []
    failed = OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
    for family, address in _resolve_addresses(listen):
        try:
            bound.append(_socket(family, address))
        except OSError as error:
            failed = error
    # A machine may lack one family; an address that somebody holds is not to be shared.
    if bound and failed.errno != errno.EADDRINUSE:
        return bound
    for each in bound:
        each.close()
    raise _listen_error(listen, os.strerror(failed.errno or errno.EADDRNOTAVAIL))


def _resolve_addresses(listen: Listen) -> list[tuple[socket.AddressFamily, Any]]:
    try:
        found = socket.getaddrinfo(*listen, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise _listen_error(listen, "it is no name or address of this machine") from None
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _socket(family: socket.AddressFamily, address: Any) -> socket.socket:  # noqa: ANN401 - of socket
    # Without the protocol named, asyncio leaves Nagle's delay of 40 ms on every answer.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    made.settimeout(0)
    return made


def _listen_error(listen: Listen, reason: str) -> ListenError:
    return ListenError(f"{listen.host}:{listen.port}", reason)
