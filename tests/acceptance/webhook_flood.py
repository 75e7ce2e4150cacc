"""Flood a webhook with forged posts, and time the real ones that come among them.

Run by hand, from the project's root: ``.venv/bin/python -m tests.acceptance.webhook_flood``, which
starts a webhook in a process of its own; or with the full address and the secret of one that runs.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from statistics import quantiles
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.channels.web import build_webhook, serve_app
from bot.ops.setting_types import Listen
from tests.fakes.web_service import free_listen

if TYPE_CHECKING:
    from collections.abc import Sequence

SECRET = "a-secret-of-24-characters"
PATH = "/telegram"
SECONDS, A_SECOND, LINES = 10, 1000, 20
REAL_EVERY = 0.05
FIRST_ID = 700_000_000


class Line:
    """A kept-alive connection that posts, for as little work as can be."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.address = (parts.hostname or "", parts.port or 80)
        self.path = parts.path

    async def open(self) -> Line:
        self.reader, self.writer = await asyncio.open_connection(*self.address)
        return self

    async def post(self, update: dict[str, Any], secret: str) -> int:
        body = json.dumps(update).encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.address[0]}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        return int(answer.split(b" ", 2)[1])


async def forge(url: str, ends: float) -> int:
    line, sent, started = await Line(url).open(), 0, time.monotonic()
    while (now := time.monotonic()) < ends:
        assert await line.post({"update_id": sent}, "wrong") == 403
        sent += 1
        await asyncio.sleep(max(0.0, started + sent * LINES / A_SECOND - now))
    return sent


async def real(url: str, secret: str, ends: float) -> list[float]:
    line = await Line(url).open()
    took: list[float] = []
    while (started := time.monotonic()) < ends:
        assert await line.post({"update_id": FIRST_ID + len(took)}, secret) == 200
        took.append(time.monotonic() - started)
        await asyncio.sleep(REAL_EVERY)
    return took


async def flood(url: str, secret: str) -> None:
    ends = time.monotonic() + SECONDS
    took, forged = await asyncio.gather(
        real(url, secret, ends), asyncio.gather(*(forge(url, ends) for _ in range(LINES)))
    )
    ms = [cut * 1000 for cut in quantiles(took, n=100)]
    print(f"{sum(forged) / SECONDS:.0f} forged posts a second refused for {SECONDS} s")
    print(f"{len(took)} real ones stored: p50 {ms[49]:.1f} ms, p95 {ms[94]:.1f} ms")


async def serve(port: int) -> None:
    async def accept(updates: Sequence[dict[str, Any]]) -> None:
        del updates

    async with serve_app(build_webhook(PATH, SECRET, accept), Listen("127.0.0.1", port)):
        print("up", flush=True)
        await asyncio.sleep(SECONDS * 3)


async def main() -> None:
    port = free_listen().port
    line = (sys.executable, "-m", "tests.acceptance.webhook_flood", "serve", str(port))
    server = await asyncio.create_subprocess_exec(
        *line, stdout=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    assert server.stdout is not None
    try:
        await server.stdout.readline()
        await flood(f"http://127.0.0.1:{port}{PATH}", SECRET)
    finally:
        server.kill()
        await server.wait()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", given]:
            asyncio.run(serve(int(given)))
        case [url, secret]:
            asyncio.run(flood(url, secret))
        case _:
            asyncio.run(main())
