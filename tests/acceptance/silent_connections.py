"""1,100 connections that say nothing, to a service that may open 1,024 files.

Run by hand: ``python -m tests.acceptance.silent_connections [--mode webhook]``. Telegram goes on,
``/healthz`` too, and the log stays small.
"""

from __future__ import annotations

import asyncio
import resource
import time
from contextlib import suppress

from tests.acceptance.harness import Run, Stage, play, stage

CONNECTIONS, FILES, SECONDS, PATIENCE = 1_100, 1_024, 30.0, 10.0
MOST_LOG = 100_000


async def main(run: Run) -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    async with stage(run) as here:
        here.service.within = ("sh", "-c", f'ulimit -n {FILES}; exec "$@"', "sh")
        await here.service.start()
        stop = asyncio.Event()
        silent = [asyncio.create_task(_stay(here, number, stop)) for number in range(CONNECTIONS)]
        await asyncio.sleep(5)
        healthy = []
        for chat in range(1, 4):
            began = time.monotonic()
            here.api.user_says(chat, "comment contacter le support convergence ?")
            answered = await here.replied([chat], PATIENCE)
            run.check(
                f"a Telegram message among {CONNECTIONS} silent connections",
                f"{time.monotonic() - began:.2f} s",
                f"<= {PATIENCE:g} s",
                met=answered,
            )
            with suppress(OSError):
                healthy.append((await here.service.get("/healthz")).status)
            await asyncio.sleep(SECONDS / 3)
        run.at_most("files open in the service", here.service.open_files(), FILES)
        stop.set()
        await asyncio.gather(*silent)
        run.exactly("looks at /healthz meanwhile", healthy, [200] * 3)
        size = len(here.service.logged().encode())
        run.at_most("log", size / 1000, MOST_LOG / 1000, " kB")


async def _stay(here: Stage, number: int, stop: asyncio.Event) -> None:
    """Connect, say nothing or half a head, and connect again once it is closed."""
    host, _, port = here.service.web.removeprefix("http://").partition(":")
    ended = asyncio.create_task(stop.wait())
    while not stop.is_set():
        try:
            reader, writer = await asyncio.open_connection(host, int(port))
        except OSError:
            await asyncio.wait((ended,), timeout=0.5)
            continue
        if number % 2:
            writer.write(b"GET / HTTP/1.1\r\nHost:")
        closed = asyncio.create_task(reader.read())
        await asyncio.wait((closed, ended), return_when=asyncio.FIRST_COMPLETED)
        closed.cancel()
        await asyncio.gather(closed, return_exceptions=True)
        writer.close()
        await asyncio.wait((ended,), timeout=1)
    ended.cancel()


if __name__ == "__main__":
    play(main, __doc__)
