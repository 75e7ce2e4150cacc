"""R8, R9, R13, R17: a sick Telegram, poison, people who leave, a second instance.

Run by hand: ``python -m tests.acceptance.sick --seed 1 [--short] [--only sick,waits,...]``
"""

from __future__ import annotations

import asyncio
import time

from tests.acceptance.harness import (
    Run,
    Stage,
    ask_over,
    copies,
    play,
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


async def main(run: Run) -> None:
    if run.wants("sick"):
        await every_fault(run)
    if run.mode == "polling" and run.wants("waits"):
        await polls_fail_for_a_minute(run)
    if run.wants("absent"):
        await absent_at_the_start(run)
    if run.wants("revoked"):
        await revoked(run)
    if run.wants("poison"):
        await poisoned(run)
    if run.wants("leave"):
        await people_leave(run)
    if run.mode == "polling" and run.wants("two"):
        await two_instances(run)


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


async def every_fault(run: Run) -> None:
    async with stage(run) as here:
        await here.service.start()
        chat = FIRST
        for method in METHODS:
            if method == "getUpdates" and run.mode == "webhook":
                continue
            for name, fault in faults(run).items():
                few = 1 if (name, method) == ("slow", "getUpdates") else TIMES
                here.api.trouble(fault, method, count=few)
                await one_fault(here, f"R8 {name} x {few} on {method}", range(chat, chat + TIMES))
                chat += TIMES
                if method == "editMessageText":
                    await edited(here, f"R11 edited, {name} on {method}", TIMES)
                here.api.calm_down()
        run.exactly("R8 still the same process", here.service.running, wanted=True)


async def one_fault(here: Stage, name: str, chats: range) -> None:
    await ask_over(here, chats, 1.0)
    answered = await here.replied(chats, 120)
    buttons = [c for c in chats if any(sent.buttons for sent in here.api.chats.of(c))]
    before = {chat: len(here.api.chats.of(chat)) for chat in buttons}
    for chat in buttons:
        here.api.user_presses(chat)
    reacted = await waited(
        lambda: all(len(here.api.chats.of(chat)) > before[chat] for chat in buttons), 90
    )
    lost = [chat for chat in chats if not here.api.chats.of(chat)]
    figure = f"{len(lost)} lost, {len(buttons)} pressed"
    here.run.check(name, figure, "0 lost, all react", met=answered and reacted)


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
    seconds = 15.0 if run.short else 60.0
    async with stage(run) as here:
        await here.service.start()
        polls, begun = here.api.count("getUpdates"), time.monotonic()
        here.api.trouble(Fault.broken(), "getUpdates", until=begun + seconds)
        await ask_over(here, range(20, 30), 1.0)
        await asyncio.sleep(begun + seconds - time.monotonic())
        polls = here.api.count("getUpdates") - polls
        await here.replied(range(20, 30), 60)
        late = here.api.messages[0].at - begun - seconds if here.api.messages else float("inf")
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
