"""R1 and R2: killed again and again, nothing is lost and hardly anything is said twice.

Run by hand: ``python -m tests.acceptance.kill --seed 1 --mode webhook --database postgresql``
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from tests.acceptance.harness import Run, Stage, ask_over, copies, play, stage, waited
from tests.fakes.bot_api import Fault

if TYPE_CHECKING:
    from random import Random

CHATS, KILLS, SECONDS = 500, 10, 25.0
TWICE, RESTART = 10, 5.0
SLOW = 4.0


async def main(run: Run) -> None:
    if run.wants("kills"):
        await killed_at_random(run)
    if run.wants("slow"):
        await killed_while_sending(run)
    if run.mode == "webhook" and run.wants("acknowledged"):
        await killed_after_the_acknowledgement(run)


async def killed_at_random(run: Run) -> None:
    share = 0.2 if run.short else 1.0
    chats = range(1000, 1000 + int(CHATS * share))
    kills = max(2, int(KILLS * share))
    async with stage(run) as here:
        await here.service.start()
        reaper = asyncio.create_task(kill_often(here, kills, SECONDS * share, run.dice))
        await ask_over(here, chats, SECONDS * share)
        back = await reaper
        await here.replied(chats, 120)
        await here.calm()
        code, _ = await here.service.stop()
        lost = [chat for chat in chats if not here.api.chats.of(chat)]
        rows = Counter(update for update, _ in await here.turns())
        run.exactly("R1/R2 messages lost", len(lost), 0)
        run.at_most("R1/R2 replies sent twice", copies(here.api.messages), min(TWICE, kills))
        asked = {question.update_id for question in here.api.asked}
        run.exactly("R1/R2 turn rows", sum(rows.values()), len(chats))
        run.exactly("R1/R2 updates with exactly one row", once(rows, asked), len(chats))
        run.at_most("R1/R2 slowest return to answering", max(back, default=99.0), RESTART, " s")
        run.exactly("R1/R2 exit code in the end", code, 0)


def once(rows: Counter[int | None], asked: set[int]) -> int:
    return sum(1 for update in asked if rows[update] == 1)


async def kill_often(here: Stage, kills: int, seconds: float, dice: Random) -> list[float]:
    """Returns how long it took to answer again, for the starts that lived to do so."""
    begun = time.monotonic()
    back: list[float] = []
    for moment in sorted(dice.uniform(0.5, seconds) for _ in range(kills)):
        await asyncio.sleep(max(0.0, begun + moment - time.monotonic()))
        note_return(here, back)
        await here.service.kill()
        await here.service.start(ready=False)
    await waited(lambda: last_sent(here) > here.service.started, 30)
    note_return(here, back)
    return back


def note_return(here: Stage, back: list[float]) -> None:
    first = next((m.at for m in here.api.messages if m.at > here.service.started), None)
    if first is not None:
        back.append(first - here.service.started)


def last_sent(here: Stage) -> float:
    return here.api.messages[-1].at if here.api.messages else 0.0


def sent_more_than(here: Stage, sends: int) -> bool:
    return here.api.count("sendMessage") > sends


async def killed_while_sending(run: Run) -> None:
    """The process dies before it knows whether Telegram took the answer; each second is taken."""
    async with stage(run) as here:
        await here.service.start()
        for chat in range(10, 20):
            fault = Fault.slow(SLOW) if chat % 2 else Fault(cut=True, delay=SLOW)
            here.api.fail("sendMessage", fault)
            await ask_over(here, [chat], 0.0)
            sends = here.api.count("sendMessage")
            await waited(partial(sent_more_than, here, sends), 10)
            await here.service.kill()
            await here.service.start()
        await here.replied(range(10, 20), 120)
        await here.calm(SLOW + 1)
        await here.service.stop()
        rows = Counter(update for update, _ in await here.turns())
        asked = {question.update_id for question in here.api.asked}
        lost = [chat for chat in range(10, 20) if not here.api.chats.of(chat)]
        run.exactly("R2 lost, killed in the middle of a send", len(lost), 0)
        run.at_most("R2 replies sent twice, one kill each", copies(here.api.messages), 10)
        run.exactly("R2 rows, killed in the middle of a send", once(rows, asked), 10)


async def killed_after_the_acknowledgement(run: Run) -> None:
    """The webhook said 200, and the process dies before it answers."""
    async with stage(run) as here:
        await here.service.start()
        for chat in range(10, 20):
            taken = here.api.updates.sender.statuses.get(200, 0)
            await ask_over(here, [chat], 0.0)
            while here.api.updates.sender.statuses.get(200, 0) == taken:  # noqa: ASYNC110 - at once
                await asyncio.sleep(0)
            await here.service.kill()
            await here.service.start()
        await here.replied(range(10, 20), 120)
        await here.calm()
        lost = [chat for chat in range(10, 20) if not here.api.chats.of(chat)]
        run.exactly("R2 lost, killed between 200 and the answer", len(lost), 0)
        run.at_most("R2 replies sent twice, one kill each", copies(here.api.messages), 10)


if __name__ == "__main__":
    play(main, __doc__)
