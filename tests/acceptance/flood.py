"""R6, R7, S12: Telegram asks to wait, many people come at once, one person never stops.

Run by hand: ``python -m tests.acceptance.flood --seed 1 [--short]``
"""

from __future__ import annotations

import asyncio
import time
from random import Random
from typing import TYPE_CHECKING

from tests.acceptance.harness import (
    Run,
    Stage,
    ask_over,
    copies,
    latencies,
    percentile,
    play,
    questions,
    stage,
    waited,
)
from tests.fakes.bot_api import Fault, FloodLimits

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST, GROUP = 1000, -500
A_MINUTE = 30


async def main(run: Run) -> None:
    if run.wants("some"):
        await some_are_told_to_wait(run)
    if run.wants("storm"):
        await storm(run)
    if run.wants("parked"):
        await parked(run)
    if run.wants("limits"):
        await limits_on(run)
    if run.wants("abuse"):
        await one_never_stops(run)


async def some_are_told_to_wait(run: Run) -> None:
    calm = await p95_of_the_others(run, share=0.0)
    busy = await p95_of_the_others(run, share=0.3)
    run.at_most("R6 p95 of the other chats rises by", max(0.0, busy - calm), 1.0, " s")


async def p95_of_the_others(run: Run, share: float) -> float:
    chats = range(FIRST, FIRST + 300)
    async with stage(run) as here:
        await here.service.start()
        # Each is asked of those that passed the one before.
        for seconds, left in ((1, 3), (2, 2), (3, 1)):
            each = share / 3 / (1 - share * (3 - left) / 3)
            here.api.trouble(
                Fault.flood(seconds), "sendMessage", share=each, dice=Random(run.seed + seconds)
            )
        await ask_over(here, chats, 15.0)
        await here.replied(chats, 60)
        await here.calm(2)
        told = {call.chat for call in here.api.log if call.status == 429}
        if share:
            lost = [chat for chat in chats if not here.api.chats.of(chat)]
            run.exactly(f"R6 unanswered of 300 ({len(told)} told to wait)", len(lost), 0)
            run.exactly("R6 calls to a chat before its time", len(here.api.impatient), 0)
            run.exactly("R6 replies sent twice", copies(here.api.messages), 0)
        return percentile(waits_of(here, set(chats) - told), 0.95)


def waits_of(here: Stage, chats: Iterable[int | None]) -> list[float]:
    wanted = set(chats)
    return [
        here.api.chats.of(question.chat)[0].at - question.at
        for question in here.api.asked
        if question.chat in wanted and here.api.chats.of(question.chat)
    ]


async def storm(run: Run) -> None:
    chats, seconds = range(FIRST, FIRST + 60), 10.0 if run.short else 30.0
    async with stage(run) as here:
        await here.service.start()
        await ask_over(here, chats, 1.0)
        begun = time.monotonic()
        here.api.trouble(Fault.flood(2), until=begun + seconds)
        await asyncio.sleep(seconds)
        answered = await here.replied(chats, 60)
        calls = [call for call in here.api.log if begun <= call.at < begun + seconds]
        refused = sum(call.status == 429 for call in calls)
        late = here.api.messages[-1].at - begun - seconds
        run.exactly("R6 storm: all answered", answered, wanted=True)
        run.at_most("R6 storm: seconds until all are answered", late, 30, " s")
        run.at_most("R6 storm: calls a second", refused / seconds, 2)
        run.exactly("R6 storm: replies sent twice", copies(here.api.messages), 0)


async def parked(run: Run) -> None:
    async with stage(run) as here:
        await here.service.start()
        here.api.trouble(Fault.flood(3600), "sendMessage", chat=7, count=1)
        await ask_over(here, [7], 0.0)
        await here.api.called("sendMessage")
        await ask_over(here, range(20, 40), 1.0)
        run.exactly(
            "R6 3600 s: the others are answered", await here.replied(range(20, 40), 10), wanted=True
        )
        await here.service.kill()
        await here.service.start()
        await ask_over(here, [7, *range(40, 60)], 1.0)
        ok = await here.replied(range(40, 60), 10)
        await asyncio.sleep(5)
        run.exactly("R6 3600 s: the others, after a restart", ok, wanted=True)
        run.exactly("R6 3600 s: calls to the chat before its time", len(here.api.impatient), 0)


async def limits_on(run: Run) -> None:
    people = range(FIRST, FIRST + 100)
    asked = 20 if run.short else 60
    async with stage(run) as here:
        here.api.limits = FloodLimits()
        await here.service.start()
        group = asyncio.create_task(group_asks(here, asked))
        await ask_over(here, people, 1.0)
        await group
        answered = await here.replied([*people, GROUP], 60)
        await here.calm(25, patience=240)
        run.exactly("R7 100 people at once: all answered", answered, wanted=True)
        run.exactly("R7 turn rows", len(await here.turns()), 100 + asked)
        times = [sent.at for sent in here.api.messages]
        in_group = [sent.at for sent in here.api.chats.of(GROUP)]
        sends = here.api.count("sendMessage")
        print(f"   replies in the group: {len(in_group)} to {asked} questions")
        run.at_most("R7 most sends in any second", most_within(times, 1.0), 30)
        run.at_most("R7 most in the group in any minute", most_within(in_group, 60.0), 20)
        run.at_most("R7 share of sends that met a 429, %", 100 * here.api.limits.refused / sends, 1)


async def group_asks(here: Stage, count: int) -> None:
    texts = questions(here.run.kb)
    for number in range(count):
        here.api.user_says(GROUP, f"@AiguilleurBot {texts[number]}")
        await asyncio.sleep(1.0)


def most_within(times: list[float], seconds: float) -> int:
    ordered, first, most = sorted(times), 0, 0
    for last, at in enumerate(ordered):
        while at - ordered[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


async def one_never_stops(run: Run) -> None:
    seconds = 10 if run.short else 60
    others = range(FIRST, FIRST + seconds * 2)
    async with stage(run) as here:
        await here.service.start()
        await ask_over(here, others, float(seconds))
        await here.replied(others, 10)
        calm = percentile(latencies(here.api), 0.95)
        again = range(FIRST + 1000, FIRST + 1000 + seconds * 2)
        pest = asyncio.create_task(ask_over(here, [7] * (30 * seconds), float(seconds)))
        await ask_over(here, again, float(seconds))
        await pest
        answered = await here.replied(again, 20)
        begun = time.monotonic()
        await waited(lambda: here.api.pending() == 0, 30)
        replies = [sent for sent in here.api.chats.of(7) if sent.at < begun]
        run.exactly("S12 the others are answered", answered, wanted=True)
        run.at_most(
            "S12 their p95 rises by", percentile(waits_of(here, again), 0.95) - calm, 0.5, " s"
        )
        run.at_most("S12 replies to 30 messages a second", len(replies), 2 * A_MINUTE + 2)
        rows = len(await here.turns()) - len(others) - len(again)
        run.at_most("S12 rows kept", rows, A_MINUTE)


if __name__ == "__main__":
    play(main, __doc__)
