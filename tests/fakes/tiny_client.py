"""A local HTTP client for tests that posts JSON quickly over lines that it keeps open."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Received:
    """An answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class TinyClient:
    """Keeps the lines that the other side keeps; knows no TLS."""

    _idle: dict[str, list[_Line]] = field(default_factory=dict)

    async def post(
        self, url: str, body: bytes, headers: dict[str, str] | None = None, method: str = "POST"
    ) -> Received:
        """Post and read the answer.

        Raises:
            ConnectionError: nobody listens, or the line was cut before the answer.
        """
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        reader, writer = await self._line(parts.netloc)
        try:
            writer.write(_request(method, target, parts.netloc, body, headers or {}))
            received = await _read(reader)
        except asyncio.IncompleteReadError as error:
            writer.close()
            raise ConnectionResetError("the line was cut before the answer") from error
        except BaseException:
            writer.close()
            raise
        if received.headers.get("connection", "").lower() == "close":
            writer.close()
        else:
            self._idle.setdefault(parts.netloc, []).append((reader, writer))
        return received

    def close(self) -> None:
        """Close the lines that are kept."""
        for lines in self._idle.values():
            for _, writer in lines:
                writer.close()
        self._idle.clear()

    async def _line(self, place: str) -> _Line:
        kept = self._idle.get(place, [])
        while kept:
            reader, writer = kept.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        host, _, port = place.rpartition(":")
        return await asyncio.open_connection(host, int(port))


def _request(method: str, target: str, host: str, body: bytes, headers: dict[str, str]) -> bytes:
    given = {"Host": host, "Content-Type": "application/json", **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    head = f"{method} {target} HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:])}
    if headers.get("transfer-encoding") == "chunked":
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(int(head[0].split(" ")[1]), headers, body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body
