"""Bounds the connections of a server: how many there are, and how long one may say nothing.

uvicorn bounds what it serves, not what it accepts: a thousand connections that say nothing would
take every file that the process may open, those of the database and of Telegram with them.
"""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.channels.web import texts

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Collection

    from starlette.types import ASGIApp, Receive, Scope, Send
    from uvicorn import Config
    from uvicorn.server import ServerState

MAX_CONNECTIONS = 1000
MIN_CONNECTIONS = 64
OTHER_FILES = 448
"""Files left to everything else, and to connections that are accepted before they are counted."""

KEPT_FREE = 32
"""Requests that only probes and the webhook may have once all others are taken."""

REQUEST_SECONDS = 10.0
"""For a whole head of a request to come, from the connection's start or its first byte on."""


def connection_limit() -> int:
    """How many connections a server may have, by the files that this process may open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(MIN_CONNECTIONS, min(MAX_CONNECTIONS, files - OTHER_FILES))


class Connections:
    """The connections of one server.

    Args:
        most: how many there may be.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        # In the order in which they fell silent.
        self._silent: dict[BoundedProtocol, None] = {}

    def make_room(self, connection: BoundedProtocol, number: int) -> None:
        """Close the connection that was silent longest when there are too many.

        Args:
            connection: the newest, closed when no other is silent.
            number: how many there are with it.
        """
        self._silent[connection] = None
        if number > self._most:
            next(iter(self._silent)).give_up()

    def note(self, connection: BoundedProtocol, *, asks: bool) -> None:
        """Whether a request of the connection is under way."""
        self._silent.pop(connection, None)
        if not asks:
            self._silent[connection] = None

    def leave(self, connection: BoundedProtocol) -> None:
        """Forget a connection that is lost."""
        self._silent.pop(connection, None)

    def protocol(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> BoundedProtocol:
        """The protocol of a new connection; what uvicorn calls, with its names."""
        return BoundedProtocol(self, config, server_state, app_state, _loop)


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 on one connection, which is closed when it takes too long to ask.

    Args:
        among: the connections of its server.
        config: uvicorn's.
        server_state: uvicorn's.
        app_state: uvicorn's.
        loop: uvicorn's.
    """

    def __init__(
        self,
        among: Connections,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        super().__init__(config, server_state, app_state, loop)
        self._among = among
        self._too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn
        """Count the connection, and begin to wait for its request."""
        super().connection_made(transport)
        self._wait_for_request()
        self._among.make_room(self, len(self.connections))

    def data_received(self, data: bytes) -> None:
        """Take what came; the time for a request runs from its first byte on, not its last."""
        was_asking = self._asks
        super().data_received(data)
        if self._asks and not was_asking:
            self._among.note(self, asks=True)
            self._stop_waiting()
        elif not self._asks:
            self._wait_for_request()

    def on_response_complete(self) -> None:
        """Note that nothing is asked any more."""
        super().on_response_complete()
        self._among.note(self, asks=self._asks)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        self._among.leave(self)
        super().connection_lost(exc)

    def give_up(self) -> None:
        """Close the connection at once; nothing is under way on it."""
        self._among.leave(self)
        self.connections.discard(self)
        self.transport.abort()

    @property
    def _asks(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait_for_request(self) -> None:
        if self._too_late is None:
            self._too_late = self.loop.call_later(REQUEST_SECONDS, self.give_up)

    def _stop_waiting(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None


class Reserve:
    """Answers 503 when too much is under way, but for what must always get through.

    Args:
        app: what is served.
        most: requests under way at once, of the others.
        always: the paths of probes and of the webhook.
    """

    def __init__(self, app: ASGIApp, most: int, always: Collection[str]) -> None:
        self._app = app
        self._most = most
        self._always = frozenset(always)
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope.get("path") in self._always:
            await self._app(scope, receive, send)
            return
        if self._running >= self._most:
            full = PlainTextResponse(texts.FULL, 503, {"Retry-After": "5", "Connection": "close"})
            await full(scope, receive, send)
            return
        self._running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1
