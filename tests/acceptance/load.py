"""R14, R15, M7, S2: order, speed and size under load, and forged posts to the webhook.

Run by hand: ``python -m tests.acceptance.load --seed 1 [--short] [--only order,burst,...]``
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

from tests.acceptance.forged import FORGERIES, forge_for
from tests.acceptance.harness import (
    Run,
    Stage,
    ask_over,
    latencies,
    percentile,
    play,
    stage,
    waited,
)
from tests.fakes.bot_api import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST, MEGABYTE = 1000, 1 << 20
_NUMBER = re.compile(r"zzq(\d+)")
_LAG = re.compile(r'^aiguilleur_loop_lag_seconds\{quantile="0.99"\} (\S+)', re.MULTILINE)


async def main(run: Run) -> None:
    if run.wants("order"):
        await order(run)
    if run.wants("slow"):
        await one_slow_chat(run)
    if run.wants("burst"):
        await burst(run, "0", 1.0)
        await burst(run, "", 5.0)
    if run.wants("minute"):
        await a_thousand_in_a_minute(run)
    if run.wants("soak"):
        await soak(run)
    if run.mode == "webhook" and run.wants("forged"):
        await forged(run)


async def order(run: Run) -> None:
    """Twenty messages fast in each of fifty chats; each answer names its question."""
    chats, seconds = range(FIRST, FIRST + 50), 10.0
    async with stage(run, TELEGRAM_SEND_RATE="0") as here:
        await warm(here)
        begun = time.monotonic()
        for number in range(20):
            await asyncio.sleep(begun + seconds * number / 20 - time.monotonic())
            for chat in chats:
                here.api.user_says(chat, f"/lexique zzq{number}")
        await waited(lambda: all(len(here.api.chats.of(chat)) >= 20 for chat in chats), 60)
        wrong = sum(said_in(here, chat) != list(range(20)) for chat in chats)
        run.exactly("R14 chats with an answer missing or out of order", wrong, 0)
        times(run, "R14 20 messages in 10 s x 50 chats", latencies(here.api)[1:], 2.0, 5.0)
        await lag(here, "R14")


def said_in(here: Stage, chat: int) -> list[int]:
    found = [_NUMBER.search(sent.text) for sent in here.api.chats.of(chat)]
    return [int(number[1]) for number in found if number]


async def one_slow_chat(run: Run) -> None:
    async with stage(run, TELEGRAM_SEND_RATE="0") as here:
        await warm(here)
        await ask_over(here, range(2000, 2100), 10.0)
        await here.replied(range(2000, 2100), 20)
        calm = percentile(latencies(here.api)[1:], 0.95)
        here.api.trouble(Fault.slow(20.0), "sendMessage", chat=7)
        before = len(here.api.asked)
        await ask_over(here, [7, *range(3000, 3100)], 10.0)
        await here.replied(range(3000, 3100), 30)
        asked = here.api.asked[before + 1 :]
        waits = [s.at - q.at for q in asked for s in here.api.chats.of(q.chat)[:1]]
        rise = max(0.0, percentile(waits, 0.95) - calm)
        run.at_most("R14 one slow chat: p95 of the others rises by", rise, 0.5, " s")


async def burst(run: Run, rate: str, bar: float) -> None:
    chats = range(FIRST, FIRST + 100)
    async with stage(run, TELEGRAM_SEND_RATE=rate) as here:
        await warm(here)
        await ask_over(here, chats, 0.0)
        await here.replied(chats, 60)
        name = f"R15 100 at once, {'send rate ' + rate if rate else 'the default send rate'}"
        run.exactly(f"{name}: unanswered", unanswered(here, chats), 0)
        times(run, name, latencies(here.api)[1:], bar)


async def a_thousand_in_a_minute(run: Run) -> None:
    count, seconds = (100, 6.0) if run.short else (1000, 60.0)
    chats = [FIRST + number % 300 for number in range(count)]
    async with stage(run, TELEGRAM_SEND_RATE="0") as here:
        await warm(here)
        cpu, begun = here.service.cpu(), time.monotonic()
        await ask_over(here, chats, seconds)
        await waited(lambda: len(here.api.messages) > count, 30)
        cores = (here.service.cpu() - cpu) / (time.monotonic() - begun)
        name = f"R15 {count} messages in {seconds:g} s"
        run.exactly(f"{name}: unanswered", unanswered(here, chats), 0)
        times(run, name, latencies(here.api)[1:], 1.0)
        run.at_most(f"{name}: processor", cores, 1.0, " cores")
        run.at_most(f"{name}: memory", here.service.rss() / MEGABYTE, 300, " MB")
        await lag(here, name)


async def soak(run: Run) -> None:
    count = 1000 if run.short else 10_000
    async with stage(run, TELEGRAM_SEND_RATE="0") as here:
        await warm(here)
        chats = [FIRST + number % 2500 for number in range(count)]
        await part_of_soak(here, chats[: count // 10])
        rss, files, log = here.service.rss(), here.service.open_files(), here.service.log.stat()
        size, turns = database_bytes(here), len(await here.turns())
        await part_of_soak(here, chats[count // 10 :])
        more = len(await here.turns()) - turns
        growth = 100 * (here.service.rss() - rss) / rss
        run.exactly("R15 soak: unanswered", unanswered(here, chats), 0)
        run.exactly("R15 soak: turn rows", turns + more, count + 1)
        run.at_most(f"R15 soak: memory growth over {more} messages, %", growth, 10)
        print(f"   memory: {rss / MEGABYTE:.1f} -> {here.service.rss() / MEGABYTE:.1f} MB")
        run.at_most("R15 soak: open files more", here.service.open_files() - files, 2)
        logged = (here.service.log.stat().st_size - log.st_size) / more
        run.at_most("R15 soak: log a turn", logged, 300, " bytes")
        if run.database == "sqlite":
            run.at_most(
                "R15 soak: database a turn", (database_bytes(here) - size) / more, 8000, " B"
            )
        await lag(here, "R15 soak")


async def part_of_soak(here: Stage, chats: Sequence[int]) -> None:
    sent = len(here.api.messages)
    await ask_over(here, chats, len(chats) / 60)
    await waited(lambda: len(here.api.messages) - sent >= len(chats), 60)
    await here.calm(1.0)


def database_bytes(here: Stage) -> int:
    return sum(path.stat().st_size for path in here.service.data.glob("aiguilleur.db*"))


async def forged(run: Run) -> None:
    seconds, rate = (3.0, 1000) if run.short else (10.0, 1000)
    chats = range(FIRST, FIRST + int(seconds * 5))
    async with stage(run, TELEGRAM_SEND_RATE="0") as here:
        await warm(here)
        for name, forgery in FORGERIES.items():
            status = await forgery(here.service.webhook)
            run.check(f"S2 {name}", status, "4xx", met=400 <= status < 500)
        posting = asyncio.create_task(forge_for(here.service.webhook, seconds, rate))
        await ask_over(here, chats, seconds)
        statuses = await posting
        await here.replied(chats, 20)
        print(f"   forged posts: {sum(statuses.values()) / seconds:.0f} a second, {dict(statuses)}")
        taken = sum(count for status, count in statuses.items() if status not in (401, 403, 429))
        run.exactly("S2 forged posts that were taken", taken, 0)
        run.exactly("S2 turn rows", len(await here.turns()), len(chats) + 1)
        times(run, "S2 real messages meanwhile", latencies(here.api)[1:], 2.0)


async def warm(here: Stage) -> None:
    await here.service.start()
    await ask_over(here, [1], 0.0)
    await here.replied([1], 60)


def unanswered(here: Stage, chats: Sequence[int]) -> int:
    asked: dict[int, int] = {}
    for chat in chats:
        asked[chat] = asked.get(chat, 0) + 1
    return sum(max(0, count - len(here.api.chats.of(chat))) for chat, count in asked.items())


def times(run: Run, name: str, waits: list[float], p95: float, p99: float | None = None) -> None:
    run.at_most(
        f"{name}: p95 (p50 {percentile(waits, 0.5):.3f})", percentile(waits, 0.95), p95, " s"
    )
    if p99 is not None:
        run.at_most(f"{name}: p99", percentile(waits, 0.99), p99, " s")


async def lag(here: Stage, name: str) -> None:
    found = _LAG.search(await here.service.metrics())
    if found is None:
        print("   no aiguilleur_loop_lag_seconds on /metrics")
    else:
        here.run.at_most(f"M7 {name}: event loop lag, p99", float(found[1]), 0.05, " s")


if __name__ == "__main__":
    play(main, __doc__)
