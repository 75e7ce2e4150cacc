"""R16, R18: the disk is full, locked, unwritable, damaged, old or new; the clock is odd.

Run by hand: ``python -m tests.acceptance.disk --seed 1 [--only full,limit,locked,...]``. The small
disk needs root.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.acceptance import damage, owners
from tests.acceptance.harness import (
    Run,
    Stage,
    ask_over,
    play,
    play_parts,
    questions,
    stage,
    waited,
)
from tests.fakes.databases import SqliteFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COUNT, FIRST = 50, 1000
LOOKS = 120
"""At what is kept, half a second apart."""


async def main(run: Run) -> None:
    parts = {"full": full_disk, "limit": limited_file, "locked": locked, "clock": odd_dates}
    await play_parts(run, {**parts, **owners.PARTS, **damage.PARTS})


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Two megabytes."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)  # noqa: S603 - our own words
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S603, S607 - as above


async def full_disk(run: Run) -> None:
    if os.geteuid() != 0:
        print("   needs root for a small disk: left out")
        return
    async with stage(run) as here:
        with small_disk(here.folder / "disk") as disk:
            file = disk / "aiguilleur.db"
            here.database = SqliteFile(file)
            here.service.settings["DATABASE_URL"] = f"sqlite:///{file}"
            await here.service.start()
            filler = disk / "filler"

            def fill() -> None:
                with filler.open("ab", buffering=0) as out:
                    for size in (65536, 4096, 512, 1):
                        try:
                            while True:
                                out.write(b"x" * size)
                        except OSError:
                            continue

            await starved(here, "R16a full disk", fill, filler.unlink, file)
            await here.service.stop()


async def limited_file(run: Run) -> None:
    """No file may grow beyond what the database has now."""
    async with stage(run) as here:
        file = here.service.data / "aiguilleur.db"
        await here.service.start()

        def limit(size: int) -> None:
            resource.prlimit(
                here.service.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY)
            )

        def starve() -> None:
            limit(max(p.stat().st_size for p in file.parent.glob("aiguilleur.db*")) // 4096 * 4096)

        await starved(here, "R16a file limit", starve, lambda: limit(resource.RLIM_INFINITY), file)


async def starved(
    here: Stage, name: str, starve: Callable[[], None], feed: Callable[[], None], file: Path
) -> None:
    run, chats = here.run, range(FIRST, FIRST + COUNT)
    await ask_over(here, [1], 0.0)
    await here.replied([1], 30)
    starve()
    polls = here.api.count("getUpdates")
    await ask_over(here, chats, 5.0)
    await asyncio.sleep(5)
    said = sum(bool(here.api.chats.of(chat)) for chat in chats)
    kept = here.api.pending()
    run.check(
        f"{name}: answered or kept by Telegram", f"{said} + {kept}", f"= {COUNT}",
        met=said + kept >= COUNT,
    )  # fmt: skip
    run.exactly(f"{name}: still the same process", here.service.running, wanted=True)
    run.at_most(f"{name}: polls in 10 s", here.api.count("getUpdates") - polls, 2 * COUNT)
    if run.mode == "webhook":
        statuses = here.api.updates.sender.statuses
        run.check(f"{name}: webhook says", dict(statuses), "503", met=statuses.get(503, 0) > 0)
    feed()
    answered = await here.replied(chats, 60)
    await waited(lambda: here.api.pending() == 0, 60)
    await here.calm()
    run.exactly(f"{name}: all answered once there is space", answered, wanted=True)
    await whole(here, name, file, COUNT + 1)


async def settled_turns(here: Stage, count: int) -> list[tuple[int | None, str]]:
    """The turns once there are ``count``: an excuse was an answer too, and came before them."""
    for _ in range(LOOKS):
        if len(await here.turns()) >= count:
            break
        await asyncio.sleep(0.5)
    return await here.turns()


async def whole(here: Stage, name: str, file: Path, count: int) -> None:
    rows = Counter(update for update, _ in await settled_turns(here, count))
    here.run.exactly(f"{name}: turn rows", (sum(rows.values()), len(rows)), (count, count))
    checked = await here.database.rows("PRAGMA integrity_check") if file.exists() else []
    here.run.exactly(f"{name}: integrity", checked, [("ok",)])


async def locked(run: Run) -> None:
    chats = range(FIRST, FIRST + COUNT)
    async with stage(run) as here:
        file = here.service.data / "aiguilleur.db"
        await here.service.start()
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            await ask_over(here, chats, 5.0)
            await asyncio.sleep(5)
            connection.execute("ROLLBACK")
        answered = await here.replied(chats, 60)
        await here.calm()
        run.exactly("R16b locked for 10 s: all answered", answered, wanted=True)
        await whole(here, "R16b locked for 10 s", file, COUNT)


async def odd_dates(run: Run) -> None:
    """Messages of yesterday, of tomorrow, of no time at all."""
    dates = {"23 h ago": time.time() - 82_800, "tomorrow": time.time() + 86_400}
    dates |= {"1970": 0, "2038": 2**31, "2106": 2**32 - 1}
    async with stage(run) as here:
        await here.service.start()
        for chat, date in enumerate(dates.values(), 40):
            here.api.user_says(chat, questions(run.kb)[0], date=int(date))
        await here.replied(range(40, 40 + len(dates)), 15)
        silent = [name for chat, name in enumerate(dates, 40) if not here.api.chats.of(chat)]
        run.exactly("R18 dates of messages that got no answer", silent, [])
        rows = await here.database.rows("SELECT at FROM turns")
        now = datetime.now(UTC).replace(tzinfo=None)
        apart = [
            abs(now - datetime.fromisoformat(str(at)[:26]).replace(tzinfo=None)) for (at,) in rows
        ]
        run.exactly("R18 turns kept", len(rows), len(dates))
        run.at_most("R18 turns are kept as of now, within", max(apart).total_seconds(), 60, " s")


if __name__ == "__main__":
    play(main, __doc__)
