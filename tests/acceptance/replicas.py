"""Two webhook replicas on one PostgreSQL, one of them killed: nothing lost, nothing said by both.

Run by hand: ``python -m tests.acceptance.replicas --seed 1``
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.acceptance.harness import (
    Run,
    Stage,
    ask_over,
    copies,
    latencies,
    percentile,
    play,
    stage,
)
from tests.fakes.service_process import ServiceProcess, free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

CHATS, SECONDS = range(1000, 1500), 25.0


async def main(run: Run) -> None:
    run.mode, run.database = "webhook", "postgresql"
    chats = CHATS[:100] if run.short else CHATS
    seconds = SECONDS * len(chats) / len(CHATS)
    run.wants("replicas")
    front = free_port()
    url = f"http://127.0.0.1:{front}/telegram"
    async with stage(run, WEBHOOK_URL=url) as here:
        settings = {**here.service.settings}
        second = ServiceProcess(here.api, here.folder / "second", "webhook", **settings)
        ports = [int(s.webhook.split(":")[2].split("/")[0]) for s in (here.service, second)]
        async with balanced(front, ports):
            try:
                await here.service.start()
                await second.start(ready=False)
                await asyncio.sleep(4)
                await play_it(here, second, chats, seconds)
            finally:
                await second.close()


async def play_it(
    here: Stage, second: ServiceProcess, chats: Sequence[int], seconds: float
) -> None:
    run = here.run
    asking = asyncio.create_task(ask_over(here, chats, seconds))
    await asyncio.sleep(seconds / 3)
    await second.kill()
    killed = len(here.api.messages)
    await asyncio.sleep(seconds / 3)
    await second.start(ready=False)
    await asking
    await here.replied(chats, 90)
    await here.calm()
    print(f"   answered before the kill: {killed}")
    rows = Counter(update for update, _ in await here.turns())
    run.exactly("replicas: lost", sum(not here.api.chats.of(chat) for chat in chats), 0)
    run.at_most("replicas: sent twice (one kill)", copies(here.api.messages), 1)
    run.exactly("replicas: turn rows", (sum(rows.values()), len(rows)), (len(chats),) * 2)
    print(f"   p95 of an answer: {percentile(latencies(here.api), 0.95):.3f} s")
    for service in (here.service, second):
        code, _ = await service.stop()
        run.exactly("replicas: exit code", code, 0)


@asynccontextmanager
async def balanced(port: int, backends: Sequence[int]) -> AsyncIterator[None]:
    """A load balancer: each line goes to the next backend that is there."""
    turns = itertools.cycle(backends)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in backends:
            with contextlib.suppress(OSError):
                back_reader, back_writer = await asyncio.open_connection("127.0.0.1", next(turns))
                await asyncio.gather(pipe(reader, back_writer), pipe(back_reader, writer))
                return
        writer.close()

    server = await asyncio.start_server(carry, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    play(main, __doc__)
