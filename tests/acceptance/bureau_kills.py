"""Episodes made anew through ten kills, and the digest of a week over restarts and replicas.

Run by hand: ``python -m tests.acceptance.bureau_kills --seed 1 --database postgresql``. Processes
of their own do the work, and are killed with SIGKILL in the middle of it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from sqlalchemy import insert, select

from bot.analytics.refresh import rebuild_episodes, refresh_episodes
from bot.ops.metrics import Metrics
from bot.ops.settings import Settings
from bot.service.watch_figures import FigureWatch
from bot.store.database.postgres import PostgresServer
from bot.store.database.sqlite import SqliteFile
from bot.store.deliveries import Deliveries
from bot.store.fact_tables import episodes
from bot.store.tables import outbox, turns
from tests.acceptance.bureau_figures import SETTLED, made
from tests.acceptance.harness import Run, play
from tests.fakes.open_store import found, open_store
from tests.fakes.postgres import running_postgres
from tests.fakes.small_base import small_base

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.messages import Button
    from bot.store.database.database import Database
    from bot.store.store import Store
    from kb.entries import KnowledgeBase

TURNS, KILLS, RESTARTS, REPLICAS = 2_000, 10, 3, 2
MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
"""8:30 in Paris, within the traffic."""

WORD = "licorne"
"""Written in every message: none may be found in the digest."""

GO = "go"


class Serving:
    """Whoever answers, as far as the figures want to know."""

    fingerprint = "m"
    broken: frozenset[str] = frozenset()
    base: KnowledgeBase = small_base()

    def __call__(self) -> Serving:
        return self

    def staff(self, posts: Mapping[str, Button]) -> None:
        """Nobody answers for desks."""


def database_at(address: str) -> Database:
    return PostgresServer(address) if "://" in address else SqliteFile(Path(address))


async def rebuild(store: Store) -> None:
    """What the command does."""
    await rebuild_episodes(store, SETTLED)


async def tell(store: Store) -> None:
    """What the service does every minute, again and again."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=Path(folder), digest_chat=(-100,), telegram_bot_token=SecretStr("1:x")
        )
        deliveries = Deliveries(store, {"telegram": "telegram:1"})
        for _ in range(20):
            watch = FigureWatch(store, settings, Serving(), Metrics(), deliveries)  # type: ignore[arg-type]
            await watch._tell_of_week(MONDAY)


WORKS = {"rebuild": rebuild, "tell": tell}


async def work(name: str, address: str) -> None:
    """A process of its own: it says when it begins."""
    async with await open_store(database_at(address)) as store:
        print(GO, flush=True)
        await WORKS[name](store)


async def start(name: str, address: str) -> asyncio.subprocess.Process:
    """Start a process, and wait until it works."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.acceptance.bureau_kills", "--work", name, address),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert child.stdout is not None
    await child.stdout.readline()
    return child


async def kill_after(child: asyncio.subprocess.Process, seconds: float) -> bool:
    """Whether it was killed, and had not ended before."""
    try:
        await asyncio.wait_for(child.wait(), seconds)
    except TimeoutError:
        child.kill()
        await child.wait()
        return True
    return False


async def main(run: Run) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        address = str(Path(folder) / "aiguilleur.db")
        if run.database == "postgresql":
            server = stack.enter_context(running_postgres())
            address = stack.enter_context(server.database())
        async with await open_store(database_at(address)) as store:
            await fill(store, run.seed)
            if run.wants("rebuild"):
                await kill_rebuilds(run, store, address)
            if run.wants("digest"):
                await kill_digests(run, store, address)


async def fill(store: Store, seed: int) -> None:
    rows, _ = made(TURNS, seed)
    for row in rows:
        row["text"] = f"{WORD} {row['text']}"
    await store.write(lambda c: c.execute(insert(turns), rows))
    await refresh_episodes(store, SETTLED)


async def kill_rebuilds(run: Run, store: Store, address: str) -> None:
    query = select(episodes).order_by(episodes.c.id)
    before = await found(store, query)
    begun = time.monotonic()
    child = await start("rebuild", address)
    began = time.monotonic()
    await child.wait()
    whole = time.monotonic() - began
    print(f"one takes {whole:.1f} s, and {began - begun:.1f} s to start")
    run.exactly("exit code", child.returncode, 0)
    run.exactly("rows that differ after one", differing(before, await found(store, query)), 0)
    killed, half_made = 0, 0
    while killed < (2 if run.short else KILLS):
        was_killed = await kill_after(
            await start("rebuild", address), whole * run.dice.uniform(0.05, 0.7)
        )
        killed += was_killed
        half_made += was_killed and await found(store, query) != before
    await refresh_episodes(store, SETTLED)
    after = differing(before, await found(store, query))
    run.exactly(f"rows that differ after {killed} kills ({half_made} left it half made)", after, 0)
    for time_ in ("once", "twice"):
        await rebuild(store)
        run.exactly(
            f"rows that differ, made anew {time_}", differing(before, await found(store, query)), 0
        )


def differing(before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]) -> int:
    return len(set(before) ^ set(after)) + abs(len(before) - len(after))


async def kill_digests(run: Run, store: Store, address: str) -> None:
    for _ in range(RESTARTS):
        replicas = await asyncio.gather(*(start("tell", address) for _ in range(REPLICAS)))
        delays = [run.dice.uniform(0.0, 0.6) for _ in replicas]
        await asyncio.gather(*map(kill_after, replicas, delays))
    last = await asyncio.gather(*(start("tell", address) for _ in range(REPLICAS)))
    await asyncio.gather(*(child.wait() for child in last))
    letters = await found(store, select(outbox.c.payload))
    run.exactly(f"digests over {RESTARTS} restarts of {REPLICAS} replicas", len(letters), 1)
    said = str(store.vault.open_or_none(letters[0][0]) if letters else "")
    week = MONDAY - timedelta(days=7)
    run.exactly("words of people in it", said.count(WORD), 0)
    run.exactly("its week is named", f"Semaine du {week:%d/%m/%Y}" in said, wanted=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        asyncio.run(work(sys.argv[2], sys.argv[3]))
    else:
        play(main, __doc__)
