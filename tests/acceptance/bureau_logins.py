"""What the bureau costs those who chat: at rest, while it is read, and while twenty log in.

Run by hand: ``python -m tests.acceptance.bureau_logins``. A quiet stretch and one beside the bureau
follow each other several times in the same run, on the same service, so that what else the machine
does falls on both.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import sys
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import cycle
from typing import TYPE_CHECKING

import httpx

from bot.ops.settings import Settings
from bot.service import accounts
from bot.store.opening import open_store
from tests.acceptance.demo import fill
from tests.acceptance.harness import Run, percentile, play, questions, stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.acceptance.harness import Stage

LOGINS, ROUNDS, SECONDS = 20, 4, 10.0
A_SESSION = 20
"""Messages of one conversation: more would be slowed down."""

PASSWORD = "une suite de mots pour entrer"
PAGES = ("", "fiches", "guichets", "controles", "exports", "comptes", "demandes")
MORE_SECONDS = 0.05
"""What two stretches of a busy machine differ by anyway."""

MEGABYTE = 1_000_000
CHILD = """
import asyncio, sys, types
if {without}:
    stub = types.ModuleType("bot.channels.web.bureau")
    stub.Bureau = stub.BureauParts = lambda *_, **__: None
    stub.DeniedError = type("DeniedError", (Exception,), {{}})
    stub.__path__ = ["bot/channels/web/bureau"]
    sys.modules["bot.channels.web.bureau"] = stub
from pathlib import Path
from tests.fakes.web_service import Parrot, web_service
async def main():
    async with web_service(Parrot()) as web:
        for _ in range(20):
            await web.client.get("/")
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                print(line.split()[1])
asyncio.run(main())
"""


async def main(run: Run) -> None:
    if run.wants("rest"):
        await rest(run)
    if run.wants("service"):
        await service(run)


async def rest(run: Run) -> None:
    """A web server with and without the bureau, which nobody has opened."""
    found: dict[bool, list[int]] = {True: [], False: []}
    for _ in range(1 if run.short else 3):
        for without in (True, False):
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", CHILD.format(without=without)),
                stdout=asyncio.subprocess.PIPE,
            )
            said, _ = await child.communicate()
            found[without].append(int(said) * 1024)
    more = statistics.median(found[False]) - statistics.median(found[True])
    run.at_most("memory at rest that the bureau adds", more / MEGABYTE, 15, " MB")


async def service(run: Run) -> None:
    async with stage(run) as here:
        await _prepare(run, here)
        await here.service.start()
        limits = httpx.Limits(max_keepalive_connections=0)  # an idle one may be closed meanwhile
        async with httpx.AsyncClient(
            base_url=here.service.web, timeout=120, limits=limits
        ) as client:
            texts = cycle(questions(run.kb))
            chat = Chat(client, texts)
            await chat.talk_for(SECONDS)  # warm
            before = here.service.rss()
            quiet, beside = await _compare(run, chat, lambda: _read_pages(here))
            more = (here.service.rss() - before) / MEGABYTE
            print(f"memory after all pages were looked at: {more:.1f} MB more")
            run.at_most(
                f"chat's p95 beside a reader ({len(beside)} messages)",
                percentile(beside, 0.95),
                round(percentile(quiet, 0.95) + MORE_SECONDS, 3),
                " s",
            )
            await _log_in_at_once(run, here, chat)


class Chat:
    """People who ask, one message after the other; notes how long each answer took."""

    def __init__(self, client: httpx.AsyncClient, texts: itertools.cycle[str]) -> None:
        self._client = client
        self._texts = texts
        self._token, self._number = "", 0

    async def talk_for(self, seconds: float) -> list[float]:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds, stop.set)
        return await self.talk_until(stop)

    async def talk_until(self, stop: asyncio.Event) -> list[float]:
        taken = []
        while not stop.is_set():
            if self._number % A_SESSION == 0:
                opened = await self._client.post("/api/sessions", headers=self._address)
                self._token = str(opened.json()["session"])
            self._number += 1
            begun = time.monotonic()
            answer = await self._client.post(
                "/api/messages",
                json={"id": str(self._number), "text": next(self._texts)},
                headers={"Authorization": f"Bearer {self._token}", **self._address},
            )
            assert answer.status_code == 200, answer.text
            taken.append(time.monotonic() - begun)
            await asyncio.sleep(0.1)
        return taken

    @property
    def _address(self) -> dict[str, str]:
        return {"X-Forwarded-For": f"198.51.100.{self._number // A_SESSION % 250}"}


async def _prepare(run: Run, here: Stage) -> None:
    """A quarter of traffic, and accounts with a password."""
    key = here.service.environment()["PSEUDONYM_KEY"]
    given = {"data_dir": here.service.data, "database_url": here.database.url, "pseudonym_key": key}
    settings = Settings(_env_file=None, **given)  # type: ignore[call-arg, arg-type]
    async with await open_store(settings) as store:
        await fill(store, run.seed, datetime.now(UTC), 1_000 if run.short else None)
    for number in range(LOGINS):
        await accounts.add(settings, f"compte{number}", "admin", (), PASSWORD)


async def _compare(
    run: Run, chat: Chat, beside: Callable[[], Awaitable[None]]
) -> tuple[list[float], list[float]]:
    """Seconds of answers alone, and beside something that goes on, in turns."""
    alone: list[float] = []
    together: list[float] = []
    for _ in range(1 if run.short else ROUNDS):
        alone += await chat.talk_for(SECONDS)
        task = asyncio.ensure_future(beside())
        together += await chat.talk_for(SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    print(f"chat's p95 alone ({len(alone)} messages): {percentile(alone, 0.95):.3f} s")
    return alone, together


async def _read_pages(here: Stage) -> None:
    """One manager who turns a page every second."""
    async with _visitor(here, 0) as client:
        assert await _log_in(client, 0) == 303
        for page in cycle(PAGES):
            seen = await client.get(f"/bureau/{page}")
            assert seen.status_code == 200, (page, seen.status_code)
            await asyncio.sleep(1)


async def _log_in_at_once(run: Run, here: Stage, chat: Chat) -> None:
    before, peak, done = here.service.rss(), 0, asyncio.Event()

    async def watch() -> None:
        nonlocal peak
        while not done.is_set():
            peak = max(peak, here.service.rss())
            await asyncio.sleep(0.02)

    async def log_in(number: int) -> int:
        async with _visitor(here, number) as client:
            return await _log_in(client, number)

    watching, talking = asyncio.create_task(watch()), asyncio.create_task(chat.talk_until(done))
    begun = time.monotonic()
    statuses = await asyncio.gather(*map(log_in, range(LOGINS)))
    took = time.monotonic() - begun
    done.set()
    await watching
    seconds = await talking
    run.exactly(f"{LOGINS} logins at once, all let in after {took:.1f} s", set(statuses), {303})
    name = f"chat's p95 meanwhile ({len(seconds)} messages)"
    run.at_most(name, percentile(seconds, 0.95), 1.0, " s")
    run.at_most("memory more, at the peak", (peak - before) / MEGABYTE, 200, " MB")


@asynccontextmanager
async def _visitor(here: Stage, number: int) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"X-Forwarded-For": f"203.0.113.{number + 1}"}
    async with httpx.AsyncClient(base_url=here.service.web, timeout=120, headers=headers) as client:
        yield client


async def _log_in(client: httpx.AsyncClient, number: int) -> int:
    form = {"name": f"compte{number}", "password": PASSWORD}
    return (await client.post("/bureau/connexion", data=form)).status_code


if __name__ == "__main__":
    play(main, __doc__)
