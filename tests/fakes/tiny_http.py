"""A local HTTP server for tests, of the standard library: keep-alive, POST forms, rude endings."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_CHUNK = 512
_HEAD_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; ``None`` in its place means that the line is cut, ``RESET`` that it is torn.

    ``chunked`` sends the body in pieces of no announced length.
    """

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    chunked: bool = False


RESET = Answer(0)


class TinyHttp:
    """Serves on a free port of 127.0.0.1 until closed."""

    def __init__(self, answer: Callable[[str, dict[str, str]], Awaitable[Answer | None]]) -> None:
        self._answer = answer
        self._talks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Listen, on the same port as before when it was closed in between."""
        self._server = await asyncio.start_server(
            self._talk, "127.0.0.1", self.port, limit=_HEAD_LIMIT, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Refuse new connections and cut the others."""
        if self._server is None:
            return
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        if self._talks:
            await asyncio.wait(self._talks)
        await self._server.wait_closed()
        self._server = None

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            with contextlib.suppress(
                asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError
            ):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._talks.discard(task)
            writer.close()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path, _, query = head[0].split(" ")[1].partition("?")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:])}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        form = _parameters(query, body, headers.get("content-type", ""))
        answer = await self._answer(path, form)
        if answer is None or answer is RESET:
            if answer is RESET:
                _tear(writer)
            return False
        writer.write(_as_bytes(answer))
        await writer.drain()
        return True


def _parameters(query: str, body: bytes, content_type: str) -> dict[str, str]:
    form = dict(parse_qsl(query, keep_blank_values=True))
    if "json" in content_type:
        given = json.loads(body or b"{}")
        return form | {k: v if isinstance(v, str) else json.dumps(v) for k, v in given.items()}
    return form | dict(parse_qsl(body.decode(), keep_blank_values=True))


def _as_bytes(answer: Answer) -> bytes:
    head = f"HTTP/1.1 {answer.status} Status\r\nContent-Type: {answer.content_type}\r\n"
    if not answer.chunked:
        return f"{head}Content-Length: {len(answer.body)}\r\n\r\n".encode() + answer.body
    pieces = [answer.body[at : at + _CHUNK] for at in range(0, len(answer.body), _CHUNK)]
    chunks = [f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in [*pieces, b""]]
    return f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + b"".join(chunks)


def _tear(writer: asyncio.StreamWriter) -> None:
    """Make closing send a reset instead of a good-bye."""
    line: socket.socket = writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
