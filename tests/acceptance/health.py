"""R19: /healthz says so within a minute when polling, the webhook or the database is in trouble.

Run by hand: ``python -m tests.acceptance.health --seed 1 [--only hang,refused,locked,...]``
"""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import time
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING

from tests.acceptance.harness import Run, Stage, ask_over, play, play_parts, stage
from tests.fakes.bot_api import Fault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

WITHIN, EVERY, STEADY = 60.0, 0.5, 45.0
BUSY_SECONDS = 2.0
"""How often somebody asks something during a trouble."""


async def main(run: Run) -> None:
    polling = {"hang": hang, "sick": sick, "refused": refused, "conflict": conflict}
    webhook = {"webhook": astray}
    database = {"locked": locked, "full": full}
    await play_parts(run, {**(polling if run.mode == "polling" else webhook), **database})


async def hang(run: Run) -> None:
    """Telegram takes the polls and never answers."""
    async with stage(run) as here:
        await through(here, "polls that are never answered", faulty(here, Fault.slow(600)))


async def sick(run: Run) -> None:
    async with stage(run) as here:
        await through(here, "polls that fail", faulty(here, Fault.broken()))


async def conflict(run: Run) -> None:
    async with stage(run) as here:
        fault = Fault(409, "Conflict: terminated by other getUpdates request")
        await through(here, "polls that another one takes", faulty(here, fault))


async def refused(run: Run) -> None:
    async with stage(run) as here:
        await through(here, "a Telegram that is away", here.api.away())


@asynccontextmanager
async def faulty(here: Stage, fault: Fault) -> AsyncIterator[None]:
    """No poll works, nor the one that is under way."""
    here.api.trouble(fault, "getUpdates")
    here.api.user_says(1, "bonjour")
    yield
    here.api.calm_down()
    await here.api.close()
    await here.api.start()


async def astray(run: Run) -> None:
    """Telegram cannot reach the webhook, and more and more waits there."""
    async with stage(run) as here:
        await through(here, "a webhook that cannot be reached", unreachable(here))


@asynccontextmanager
async def unreachable(here: Stage) -> AsyncIterator[None]:
    here.api.updates.sender.astray = True
    yield
    here.api.updates.sender.astray = False


async def locked(run: Run) -> None:
    if run.database != "sqlite":
        print("   a file alone can be locked: left out")
        return
    async with stage(run) as here:
        await through(here, "a database that another one holds", held(here))


@asynccontextmanager
async def held(here: Stage) -> AsyncIterator[None]:
    with closing(sqlite3.connect(here.service.data / "aiguilleur.db", isolation_level=None)) as it:
        it.execute("BEGIN IMMEDIATE")
        yield
        it.execute("ROLLBACK")


async def full(run: Run) -> None:
    if run.database != "sqlite":
        print("   a file alone can be stopped from growing: left out")
        return
    async with stage(run) as here:
        await through(here, "a database that cannot grow", limited(here))


@asynccontextmanager
async def limited(here: Stage) -> AsyncIterator[None]:
    resource.prlimit(here.service.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    yield
    resource.prlimit(
        here.service.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    )


async def through(here: Stage, name: str, trouble: AbstractAsyncContextManager[None]) -> None:
    """Healthy before, not during, healthy after, and everybody answered."""
    run = here.run
    await here.service.start()
    await ask_over(here, [1], 0.0)
    await here.replied([1], 30)
    run.exactly(f"R19 {name}: before", await status(here), 200)
    asking = asyncio.create_task(ask_on(here))
    async with trouble:
        run.at_most(f"R19 {name}: seconds until 503", await until(here, 503), WITHIN, " s")
        run.exactly(f"R19 {name}: changes of mind", await changes(here, 503), 0)
        asking.cancel()
    run.at_most(f"R19 {name}: seconds until 200", await until(here, 200), WITHIN, " s")
    run.exactly(f"R19 {name}: changes of mind after it", await changes(here, 200), 0)
    chats = {asked.chat for asked in here.api.asked}
    await here.replied(chats, 60)
    run.exactly(f"R19 {name}: lost", sum(not here.api.chats.of(chat) for chat in chats), 0)


async def ask_on(here: Stage) -> None:
    """One question after the other, each from a chat of its own."""
    for chat in range(1000, 2000):
        await ask_over(here, [chat], 0.0)
        await asyncio.sleep(BUSY_SECONDS)


async def status(here: Stage) -> int:
    return (await here.service.get("/healthz")).status


async def until(here: Stage, wanted: int) -> float:
    """Seconds until /healthz says that; infinite when it does not within a while."""
    begun = time.monotonic()
    while time.monotonic() < begun + 2 * WITHIN:
        if await status(here) == wanted:
            return time.monotonic() - begun
        await asyncio.sleep(EVERY)
    return float("inf")


async def changes(here: Stage, wanted: int) -> int:
    """How often it says something else for a while."""
    found, end = [], time.monotonic() + (4.0 if here.run.short else STEADY)
    while time.monotonic() < end:
        found.append(await status(here))
        await asyncio.sleep(EVERY)
    return sum(each != wanted for each in found)


if __name__ == "__main__":
    play(main, __doc__)
