"""R8, R9, R13, R17: a sick Telegram, poison, people who leave, a second instance.

Run by hand: ``python -m tests.acceptance.sick --seed 1 [--short] [--only getUpdates,waits,...]``
"""

from __future__ import annotations

import asyncio
import time
from functools import partial

from bot.channels.telegram.api.retrying import FIRST_WAIT, LONGEST_WAIT
from bot.ops.retrying import Backoff
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
from tests.fakes.bot_api import Fault
from tests.fakes.command import Aiguilleur
from tests.fakes.service_process import ServiceProcess

METHODS = (
    "sendMessage",
    "getUpdates",
    "answerCallbackQuery",
    "editMessageText",
    "editMessageReplyMarkup",
)
TIMES, REFUSED_TOKEN = 20, 3
FIRST = 1000
SLACK = 60.0
"""Seconds for the answers themselves, on a machine that others share."""


async def main(run: Run) -> None:
    """The table of faults can be asked for by method: ``--only getUpdates,sendMessage``."""
    table: dict[str, Part] = {method: partial(every_fault, method=method) for method in METHODS}
    polling: dict[str, Part] = {"waits": polls_fail_for_a_minute, "two": two_instances}
    parts: dict[str, Part] = {
        **table,
        "absent": absent_at_the_start,
        "revoked": revoked,
        "poison": poisoned,
        "leave": people_leave,
    }
    if run.mode == "webhook":
        del parts["getUpdates"]
    await play_parts(run, parts | (polling if run.mode == "polling" else {}))


def faults(run: Run) -> dict[str, Fault]:
    return {
        "500": Fault.broken(),
        "502 page": Fault.page(),
        "garbage": Fault.garbage(),
        "empty": Fault.empty(),
        "chunked": Fault.in_pieces(),
        "drop": Fault.drop(),
        "reset": Fault.reset(),
        "slow": Fault.slow(2.0 if run.short else 20.0),
    }


def patience(method: str, fault: Fault) -> float:
    """Seconds after which everybody is served, by the waits that are promised.

    Polls fail one after the other, so their waits add up; other calls fail side by side.
    """
    if method != "getUpdates":
        return SLACK + TIMES * fault.delay
    backoff = Backoff(FIRST_WAIT, LONGEST_WAIT)
    waits = sum(backoff.next() for _ in range(TIMES)) if not fault.taken else 0.0
    return SLACK + waits + TIMES * fault.delay


async def every_fault(run: Run, method: str) -> None:
    async with stage(run) as here:
        await here.service.start()
        for number, (name, fault) in enumerate(faults(run).items()):
            first = FIRST + number * TIMES
            named = f"{name} x {TIMES} on {method}"
            trouble = here.api.trouble(fault, method, count=TIMES)
            await one_fault(here, named, range(first, first + TIMES), patience(method, fault))
            if method == "editMessageText":
                await edited(here, f"R11 edited, {named}", TIMES)
            run.check(f"R8 {named}: struck", trouble.hits, "> 0", met=trouble.hits > 0)
            here.api.calm_down()
        run.exactly(f"R8 {method}: still the same process", here.service.running, wanted=True)
        run.exactly(f"R8 {method}: tracebacks", here.service.logged().count("Traceback"), 0)


async def one_fault(here: Stage, name: str, chats: range, seconds: float) -> None:
    """Everybody asks, then everybody presses a button of what came."""
    begun = time.monotonic()
    await ask_over(here, chats, 1.0)
    await here.replied(chats, seconds)
    lost = [chat for chat in chats if not here.api.chats.of(chat)]
    pressed = [c for c in chats if any(sent.buttons for sent in here.api.chats.of(c))]
    before = {chat: len(here.api.chats.of(chat)) for chat in pressed}
    presses = [here.api.user_presses(chat) for chat in pressed]
    await waited(lambda: all(len(here.api.chats.of(c)) > n for c, n in before.items()), seconds)
    deaf = [c for c, n in before.items() if len(here.api.chats.of(c)) <= n]
    taken = time.monotonic() - begun
    await waited(lambda: set(presses) <= set(here.api.answered), 15)
    spinning = len(set(presses) - set(here.api.answered))
    figure = f"{len(lost)} lost, {len(deaf)} of {len(pressed)} deaf"
    here.run.check(f"R8 {name}, {taken:.0f} s", figure, "= 0, 0", met=not lost and not deaf)
    here.run.exactly(f"R8 {name}: presses never answered", spinning, 0)


async def edited(here: Stage, name: str, count: int) -> None:
    """The last questions are edited: their replies are, or another one comes."""
    questions_ = here.api.asked[-count:]
    sent = {q.chat: len(here.api.chats.of(q.chat)) for q in questions_}
    for question in questions_:
        here.api.user_edits(question.message, questions(here.run.kb)[0])

    def reacted(chat: int) -> bool:
        shown = here.api.chats.of(chat)
        return len(shown) > sent[chat] or any(message.edits for message in shown)

    await waited(lambda: all(reacted(q.chat) for q in questions_), 60)
    here.run.exactly(name, sum(reacted(q.chat) for q in questions_), count)


async def polls_fail_for_a_minute(run: Run) -> None:
    seconds, chats = 15.0 if run.short else 60.0, range(20, 30)
    async with stage(run) as here:
        await here.service.start()
        polls, begun = here.api.count("getUpdates"), time.monotonic()
        here.api.trouble(Fault.broken(), "getUpdates", until=begun + seconds)
        await ask_over(here, chats, 1.0)
        await asyncio.sleep(begun + seconds - time.monotonic())
        polls = here.api.count("getUpdates") - polls
        await here.replied(chats, 60)
        answered = [sent.at for chat in chats for sent in here.api.chats.of(chat)[:1]]
        late = max(answered) - begun - seconds if len(answered) == len(chats) else float("inf")
        run.at_most(f"R8 polls while they fail for {seconds:g} s", polls, seconds)
        run.at_most("R8 recovery", late, 35, " s")


async def absent_at_the_start(run: Run) -> None:
    async with stage(run) as here:
        await here.api.close()
        await here.service.start(ready=False)
        await asyncio.sleep(5.0 if run.short else 20.0)
        alive = here.service.running
        begun = time.monotonic()
        await here.api.start()
        await ask_over(here, [20], 0.0)
        await here.replied([20], 60)
        late = here.api.messages[0].at - begun if here.api.messages else float("inf")
        run.exactly("R8 absent at the start: it waits", alive, wanted=True)
        run.at_most("R8 absent at the start: seconds to answer", late, 35, " s")


async def revoked(run: Run) -> None:
    async with stage(run) as here:
        await here.service.start()
        await ask_over(here, [20], 0.0)
        await here.replied([20], 30)
        here.api.trouble(Fault.unauthorized())
        await ask_over(here, [21], 0.0)
        code: int | None = None
        if await waited(lambda: not here.service.running, 40):
            code = await here.service.wait()
        log = here.service.logged()
        said = [line for line in log.splitlines() if "token" in line.lower()]
        run.exactly("R8 401 in the middle: exit code", code, REFUSED_TOKEN)
        run.check("R8 401: lines about the token", len(said), "1 to 3", met=1 <= len(said) <= 3)
        run.exactly("R8 401: tracebacks", log.count("Traceback"), 0)
        run.exactly("R8 401: the token in the log", log.count(here.api.token), 0)


async def poisoned(run: Run) -> None:
    chats, secret = range(FIRST, FIRST + 100), "coquelicot"
    async with stage(run, TELEGRAM_SEND_RATE="0") as here:
        await here.service.start()
        await ask_over(here, [1], 0.0)
        await here.replied([1], 10)
        polls, begun = here.api.count("getUpdates"), time.monotonic()
        for number, chat in enumerate(chats):
            if number % 5 == 0:
                here.api.poison(secret)
            here.api.user_says(chat, questions(run.kb)[number])
        await here.replied(chats, 30)
        run.at_most("R9 slowest of 100 among 20 poison updates", slowest(here, begun), 5, " s")
        await asyncio.sleep(max(0.0, begun + 10 - time.monotonic()))
        run.exactly("R9 unanswered", sum(not here.api.chats.of(chat) for chat in chats), 0)
        run.at_most("R9 polls in 10 s", here.api.count("getUpdates") - polls, 50)
        run.exactly("R9 updates left", here.api.pending(), 0)
        log = here.service.logged()
        run.at_most("R9 bytes of log", len(log), 200_000)
        run.exactly("R9 text of messages in the log", log.count(secret), 0)
        await quarantine_shown(here)


def slowest(here: Stage, begun: float) -> float:
    return max((sent.at for sent in here.api.messages), default=float("inf")) - begun


async def quarantine_shown(here: Stage) -> None:
    command = Aiguilleur(here.folder, here.run.kb, here.service.data)
    done = await asyncio.to_thread(command, "doctor", **here.service.environment())
    said = " ".join(line for line in done.stdout.splitlines() if "quarantine" in line.lower())
    counted = "20 updates set aside"
    here.run.check("R9 doctor counts the quarantine", said[:50], counted, met=counted in said)


async def people_leave(run: Run) -> None:
    blocked, gone, group, moving, moved = 31, 32, -310, -320, -1320
    asked = f"@AiguilleurBot {questions(run.kb)[0]}"
    async with stage(run) as here:
        api = here.api
        await here.service.start()
        api.chats.blocked.add(blocked)
        api.chats.deactivated.add(gone)
        api.chats.kicked.add(group)
        for chat in (blocked, gone, group):
            api.user_says(chat, asked)
        api.user_says(moving, asked)
        api.group_migrates(moving, moved)
        await here.replied([moved], 15)
        await asyncio.sleep(5)
        for name, chat in (("blocked", blocked), ("deactivated", gone), ("kicked", group)):
            refused = sum(call.chat == chat and call.status == 403 for call in api.log)
            run.check(f"R13 {name}: calls refused", refused, "= 1", met=refused == 1)
        run.exactly("R13 migrated: answered in the new chat", len(api.chats.of(moved)), 1)
        api.user_says(moved, asked)
        await waited(lambda: len(api.chats.of(moved)) > 1, 10)
        run.exactly("R13 migrated: goes on there", len(api.chats.of(moved)), 2)
        api.bot_joins(blocked)
        api.user_says(blocked, questions(run.kb)[1])
        unblocked = await waited(lambda: bool(api.chats.of(blocked)), 15)
        run.exactly("R13 unblocked: answered again", unblocked, wanted=True)


async def two_instances(run: Run) -> None:
    chats = range(FIRST, FIRST + (60 if run.short else 200))
    async with stage(run) as here:
        second = ServiceProcess(here.api, here.folder / "second", KB_DIR=str(run.kb))
        try:
            await here.service.start()
            await second.start(ready=False)
            begun = time.monotonic()
            await ask_over(here, chats, len(chats) / 4)
            await here.replied(chats, 60)
            await here.calm()
            late = [s for s in here.api.messages if s.at > begun + 10]
            said = second.logged() + here.service.logged()
            run.check("R17 the log names the 409", "409" in said, "= True", met="409" in said)
            run.exactly("R17 unanswered", sum(not here.api.chats.of(c) for c in chats), 0)
            run.exactly("R17 answered twice after 10 s", copies(late), 0)
        finally:
            await second.close()


if __name__ == "__main__":
    play(main, __doc__)
