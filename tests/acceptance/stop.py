"""R3, R4, R5: stopped politely, told twice, and left in doubt.

Run by hand: ``python -m tests.acceptance.stop --seed 1``
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.acceptance.harness import (
    Part,
    Run,
    Stage,
    ask_over,
    copies,
    play,
    play_parts,
    questions,
    stage,
    waited,
)
from tests.acceptance.long_content import LONG, copied, with_term, words
from tests.fakes.bot_api import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT, LIMIT = 200, 10.0
FIRST = 1000


async def main(run: Run) -> None:
    parts: dict[str, Part] = {
        "stop": told_to_stop,
        "locked": stopped_with_the_database_locked,
        "training": stopped_during_the_first_training,
        "duplicates": told_three_times,
        "order": out_of_order,
        "doubt": cut_after_the_send,
        "refused": refused,
        "parts": a_part_fails,
    }
    await play_parts(run, parts)


async def told_to_stop(run: Run) -> None:
    for by in (signal.SIGTERM, signal.SIGINT):
        await stopped(run, by, twice=False)
    await stopped(run, signal.SIGTERM, twice=True)


async def stopped(run: Run, by: signal.Signals, *, twice: bool) -> None:
    name = f"R3 {by.name}{' twice' if twice else ''}"
    chats = range(FIRST, FIRST + COUNT)
    async with stage(run) as here:
        await here.service.start()
        await ask_over(here, chats, 0.0)
        await here.api.sent(20, timeout=30)
        if twice:
            asyncio.get_running_loop().call_later(0.3, here.service.send, by)
        code, seconds = await here.service.stop(by)
        if not twice:
            run.exactly(f"{name}: exit code", code, 0)
        run.at_most(f"{name}: seconds to the exit", seconds, LIMIT, " s")
        print(f"   answered before the exit: {len(here.api.messages)}")
        await here.service.start()
        await here.replied(chats, 60)
        await here.calm()
        await here.service.stop()
        await nothing_lost(here, name, chats)
        run.exactly(f"{name}: replies sent twice", copies(here.api.messages), 0)


async def stopped_with_the_database_locked(run: Run) -> None:
    """Another program writes without an end while people ask, and the service is told to stop."""
    name, chats = "R3 database locked", range(FIRST, FIRST + COUNT // 10)
    async with stage(run) as here:
        await here.service.start()
        await ask_over(here, chats[:3], 0.0)
        await here.replied(chats[:3], 30)
        with locked(here.service.data / "aiguilleur.db"):
            await ask_over(here, chats[3:], 0.0)
            await asyncio.sleep(1.0)
            code, seconds = await here.service.stop(patience=180)
        run.exactly(f"{name}: exit code", code, 0)
        run.at_most(f"{name}: seconds to the exit", seconds, LIMIT, " s")
        run.exactly(f"{name}: tracebacks", here.service.logged().count("Traceback"), 0)
        await here.service.start()
        await here.replied(chats, 60)
        await here.calm()
        await here.service.stop()
        await nothing_lost(here, name, chats)
        run.at_most(f"{name}: replies sent twice", copies(here.api.messages), 3)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program holds the file while the block runs."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def stopped_during_the_first_training(run: Run) -> None:
    async with stage(run) as here:
        (here.service.data / "models").unlink()
        await here.service.start(ready=False)
        await waited(lambda: "training it now" in here.service.logged(), 60)
        await asyncio.sleep(3.0)
        code, seconds = await here.service.stop(patience=300)
        run.exactly("R3 first training: exit code", code, 0)
        run.at_most("R3 first training: seconds to the exit", seconds, LIMIT, " s")
        left = [pid for pid in processes_of(here.folder) if pid != here.service.pid]
        run.exactly("R3 first training: processes left behind", len(left), 0)


def processes_of(folder: Path) -> list[int]:
    """Those that run in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == folder:
                found.append(int(process.name))
    return found


async def nothing_lost(here: Stage, name: str, chats: range) -> None:
    lost = [chat for chat in chats if not here.api.chats.of(chat)]
    here.run.exactly(f"{name}: messages lost", len(lost), 0)
    rows = Counter(update for update, _ in await here.turns())
    here.run.exactly(f"{name}: turn rows", (sum(rows.values()), len(rows)), (len(chats),) * 2)


async def told_three_times(run: Run) -> None:
    """Each update comes three times in a row, and once more after a restart."""
    chats, texts = range(FIRST, FIRST + COUNT), questions(run.kb)
    async with stage(run) as here:
        await here.service.start()
        updates = []
        for number, chat in enumerate(chats):
            here.api.user_says(chat, texts[number % len(texts)])
            asked = here.api.asked[-1]
            update = {"update_id": asked.update_id, "message": asked.message}
            updates.append(update)
            here.api.updates.requeue(update, update)
        await here.replied(chats, 60)
        await here.service.stop()
        here.api.updates.requeue(*updates)
        await here.service.start()
        await waited(lambda: here.api.pending() == 0, 20)
        await here.calm(3)
        await here.service.stop()
        run.exactly("R4 replies to 200 updates, 4 times each", len(here.api.messages), COUNT)
        await nothing_lost(here, "R4 duplicates", chats)


async def out_of_order(run: Run) -> None:
    async with stage(run) as here:
        api = here.api
        await here.service.start()
        say(here, 21, 5001)
        await here.replied([21], 10)
        say(here, 22, 5000)
        say(here, 21, 4999)
        await here.replied([22], 10)
        await waited(lambda: len(api.chats.of(21)) == 2, 10)
        run.exactly("R4 N after N+1: another chat, the same chat", answered(here, 21, 22), [2, 1])
        say(here, 23, 7)
        await here.replied([23], 15)
        run.exactly("R4 an id far below the others", answered(here, 23), [1])


def say(here: Stage, chat: int, update_id: int) -> None:
    here.api.chats.meet(chat)
    message = {
        "message_id": here.api.next_id(),
        "date": 1,
        "chat": {"id": chat, "type": "private", "first_name": "Claire"},
        "from": {"id": chat, "is_bot": False, "first_name": "Claire"},
        "text": questions(here.run.kb)[update_id % 7],
    }
    here.api.push("message", message, update_id)


def answered(here: Stage, *chats: int) -> list[int]:
    return [len(here.api.chats.of(chat)) for chat in chats]


async def cut_after_the_send(run: Run) -> None:
    chats = range(FIRST, FIRST + COUNT)
    async with stage(run) as here:
        await here.service.start()
        cuts = here.api.trouble(
            Fault.drop(taken=True), "sendMessage", share=0.2, dice=Random(run.seed)
        )
        await ask_over(here, chats, 8.0)
        await here.replied(chats, 60)
        await here.calm(5)
        await nothing_lost(here, "R5 cut after it was taken", chats)
        run.at_most("R5 extra copies, at most one a cut", copies(here.api.messages), cuts.hits)
        run.check("R5 cuts made", cuts.hits, "> 0", met=cuts.hits > 0)


async def refused(run: Run) -> None:
    chats = range(FIRST, FIRST + COUNT)
    async with stage(run) as here:
        await here.service.start()
        asking = asyncio.create_task(ask_over(here, chats, 8.0))
        await asyncio.sleep(2)
        async with here.api.away():
            await asyncio.sleep(3)
        await asking
        await here.replied(chats, 60)
        await here.calm(3)
        await nothing_lost(here, "R5 connections refused for 3 s", chats)
        run.exactly("R5 refused: extra copies", copies(here.api.messages), 0)


async def a_part_fails(run: Run) -> None:
    """Part 2 of several fails, or the process dies while it is being sent."""
    text = words(9000)
    with tempfile.TemporaryDirectory() as folder:
        kb = copied(Path(folder))
        with_term(kb, LONG, text)
        async with stage(run, kb) as here:
            await here.service.start(patience=300)
            here.api.fail("sendMessage", None, Fault.broken(), Fault.flood(2), Fault.drop())
            await whole(here, 31, text, "R5 part 2 fails")
            here.api.fail("sendMessage", None, Fault(cut=True, delay=3.0))
            asking = asyncio.create_task(whole(here, 32, text, "R5 killed during part 2"))
            await waited(lambda: len(here.api.chats.of(32)) == 1, 10)
            await asyncio.sleep(0.3)
            await here.service.kill()
            await here.service.start()
            await asking


async def whole(here: Stage, chat: int, text: str, name: str) -> None:
    here.api.user_says(chat, f"/lexique {LONG}")
    await waited(lambda: said(here, chat).endswith(text[-20:]), 30)
    await asyncio.sleep(3)
    parts = [sent.text for sent in here.api.chats.of(chat)]
    here.run.check(f"{name}: parts", len(parts), ">= 3", met=len(parts) >= 3)
    here.run.exactly(f"{name}: parts repeated", len(parts) - len(set(parts)), 0)
    here.run.exactly(f"{name}: the text is whole and in order", text in said(here, chat), True)


def said(here: Stage, chat: int) -> str:
    return " ".join(" ".join(sent.text for sent in here.api.chats.of(chat)).split())


if __name__ == "__main__":
    play(main, __doc__)
