"""Connections that say nothing take no room from those that ask."""

from __future__ import annotations

import asyncio
import resource
from contextlib import AsyncExitStack, asynccontextmanager, closing
from typing import TYPE_CHECKING

import pytest

from bot.channels.web import connections
from bot.channels.web.connections import (
    MAX_CONNECTIONS,
    MIN_CONNECTIONS,
    OTHER_FILES,
    connection_limit,
)
from bot.channels.web.server import serve_app
from bot.ops.process import raise_file_limit
from tests.fakes.web_service import free_listen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from bot.ops.setting_types import Listen


class Page:
    """Answers at once, but for ``/slow``, which waits until it is told."""

    def __init__(self) -> None:
        self.told = asyncio.Event()
        self.asked = asyncio.Semaphore(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        if scope["path"] == "/slow":
            self.asked.release()
            await self.told.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


class Line:
    """A connection that says what the test has it say."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, listen: Listen, stack: AsyncExitStack, said: bytes = b"") -> Line:
        reader, writer = await asyncio.open_connection(*listen)
        stack.enter_context(closing(writer))
        writer.write(said)
        await writer.drain()
        return cls(reader, writer)

    async def status(self) -> int:
        """The status of the answer; 0 when the line is closed instead."""
        try:
            head = await self._reader.readline()
        except ConnectionError:
            return 0
        return int(head.split()[1]) if head else 0


def asking(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()


@asynccontextmanager
async def served(page: Page, most: int) -> AsyncIterator[tuple[Listen, AsyncExitStack]]:
    listen = free_listen()
    async with serve_app(page, listen, most), AsyncExitStack() as stack, asyncio.timeout(20):
        yield listen, stack
        page.told.set()


@pytest.mark.asyncio
async def test_who_was_silent_longest_makes_room_for_who_asks() -> None:
    async with served(Page(), most=3) as (listen, stack):
        silent = [await Line.open(listen, stack, said) for said in (b"GET", b"", b"G")]
        assert await (await Line.open(listen, stack, asking("/"))).status() == 200
        assert await silent[0].status() == 0
        silent[1].writer.write(asking("/"))
        assert await silent[1].status() == 200


@pytest.mark.asyncio
async def test_whoever_does_not_ask_in_time_is_closed_and_who_is_answered_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.05)
    page = Page()
    async with served(page, most=9) as (listen, stack):
        slow = await Line.open(listen, stack, asking("/slow"))
        for said in (b"", b"GET / HTTP/1.1\r\nHost:", b"POST / HT"):
            assert await (await Line.open(listen, stack, said)).status() == 0
        page.told.set()
        assert await slow.status() == 200


@pytest.mark.asyncio
async def test_probes_are_answered_when_everything_else_is_refused() -> None:
    page = Page()
    async with served(page, most=4) as (listen, stack):
        slow = [await Line.open(listen, stack, asking("/slow")) for _ in range(2)]
        for _ in slow:
            await page.asked.acquire()
        assert await (await Line.open(listen, stack, asking("/"))).status() == 503
        assert await (await Line.open(listen, stack, asking("/healthz"))).status() == 200
        page.told.set()
        assert [await line.status() for line in slow] == [200, 200]
        assert await (await Line.open(listen, stack, asking("/"))).status() == 200


@pytest.mark.parametrize(
    ("files", "most"),
    [
        (1024, 1024 - OTHER_FILES),
        (256, MIN_CONNECTIONS),
        (4096, MAX_CONNECTIONS),
        (resource.RLIM_INFINITY, MAX_CONNECTIONS),
    ],
)
def test_connections_leave_files_to_everything_else(
    monkeypatch: pytest.MonkeyPatch, files: int, most: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert connection_limit() == most


def test_the_process_opens_as_many_files_as_it_is_allowed() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before[1] - 1, before[1]))
        raise_file_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
