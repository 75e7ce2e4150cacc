"""More tickets than a group's pace, and one person who wants a hundred. Point 27.

Run by hand: ``python -m tests.acceptance.tickets_flood --seed 1 [--short]``; sixty tickets a minute
take seven minutes to be shown at eighteen messages a minute, a third of them (``--short``) three.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from bot.conversation import choices
from tests.acceptance.harness import Part, Run, percentile, play, play_parts
from tests.acceptance.ticket_stage import (
    GROUPS,
    buttons_of,
    desks_of,
    desks_stage,
    emptied,
    head_of,
    open_ticket,
    press,
    seen,
    turn_in,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.acceptance.harness import Stage
    from tests.fakes.bot_api import Call

PACE, MINUTE = 18, 60.0
TICKETS, OTHERS, OPENS, PERSON = 60, 5, 100, 7
LONGEST = 900.0
_FREE = {"setMessageReaction", "getChatMember", "getChat", "answerCallbackQuery"}
"""Calls that are no messages in a group."""


async def main(run: Run) -> None:
    parts: dict[str, Part] = {"one": one_person, "many": many_tickets}
    await play_parts(run, parts)


async def one_person(run: Run) -> None:
    """A hundred tries in a row, at one desk after the other."""
    opens = 15 if run.short else OPENS
    async with desks_stage(run, TICKET_RATE="3") as here:
        await here.service.start()
        desks = desks_of(run, len(GROUPS))
        turn = await ask(here, PERSON)
        for number in range(opens):
            await try_to_open(here, turn, desks[number % len(desks)])
        await emptied(here)
        rows = await here.database.rows("SELECT count(*) FROM tickets")
        await here.service.stop()
    run.exactly(f"27 tickets of {opens} that one person wants in a day", rows[0][0], 3)


async def ask(here: Stage, chat: int) -> str:
    """Ask something; the turn that the buttons below the answer name."""
    here.api.user_says(chat, "Une question ici")
    await seen(lambda: buttons_of(here.api, chat))
    return next(d.split(":")[1] for d in buttons_of(here.api, chat) if turn_in(d))


async def try_to_open(here: Stage, turn: str, desk: str) -> None:
    """Want a person of a desk, and send the preview where one is shown."""
    before = await press_and_wait(here, f"t:begin:{turn}:{choices.key(desk)}")
    shown = [data for sent in here.api.chats.of(PERSON)[before:] for _, data in sent.buttons]
    if send := next((data for data in shown if data.startswith("t:send")), ""):
        await press_and_wait(here, send)


async def press_and_wait(here: Stage, data: str) -> int:
    """Press, and wait for what comes of it; how many messages there were before."""
    before = len(here.api.chats.of(PERSON))
    press(here.api, PERSON, data)
    await seen(lambda: len(here.api.chats.of(PERSON)) > before, 10.0)
    return before


async def many_tickets(run: Run) -> None:
    calm, *_ = await opened_within_a_minute(run, 0)
    busy, fastest, shown, lines = await opened_within_a_minute(
        run, TICKETS // (3 if run.short else 1)
    )
    run.at_most("27 p95 of another desk's head rises by", max(0.0, busy - calm), 1.0, " s")
    run.at_most("27 messages in any minute into one group", fastest, PACE)
    run.exactly("27 tickets that were not shown", shown, 0)
    run.exactly("27 lines that announce what follows", lines, 1)


async def opened_within_a_minute(run: Run, tickets: int) -> tuple[float, int, int, int]:
    """Another desk's p95 until a head; the flooded one's pace, what it misses, its digests."""
    async with desks_stage(run, 2, TELEGRAM_GROUP_RATE=str(PACE), TICKET_RATE="3") as here:
        await here.service.start()
        flooded, calm = desks_of(run, 2)
        flood = range(1000, 1000 + tickets)
        others = range(5000, 5000 + OTHERS)
        spread = MINUTE * (tickets / TICKETS or 1 / 3)
        opening = asyncio.gather(*(later(here, chat, flooded, flood, spread) for chat in flood))
        waits = await asyncio.gather(*(later(here, chat, calm, others, spread) for chat in others))
        waits = [await seen_after(here, chat, at) for chat, at in zip(others, waits, strict=True)]
        await opening
        await seen(lambda: not missing(here, flood), LONGEST)
        await emptied(here, LONGEST)
        lost, fastest = (
            len(missing(here, flood)),
            max(most_in_a_minute(here, g) for g in GROUPS[:2]),
        )
        lines = sum(
            "nouvelles demandes en une minute" in s.text for s in here.api.chats.of(GROUPS[0])
        )
        await here.service.stop()
    return percentile(waits, 0.95), fastest, lost, lines


async def later(here: Stage, chat: int, desk: str, among: range, spread: float) -> float:
    """Open a ticket in one's turn; when that was done (monotonic)."""
    await asyncio.sleep(spread * among.index(chat) / len(among))
    await open_ticket(here, chat, desk, f"Question de {chat} ici")
    return time.monotonic()


async def seen_after(here: Stage, chat: int, opened: float) -> float:
    """Seconds from the opening of a ticket to its head at the desk."""
    await seen(lambda: head_of(here.api, GROUPS[1], f"Question de {chat} ici"))
    head = head_of(here.api, GROUPS[1], f"Question de {chat} ici")
    return max(0.0, head.at - opened) if head else float("inf")


def missing(here: Stage, chats: Sequence[int]) -> list[int]:
    """Whose ticket the flooded desk does not see."""
    return [c for c in chats if head_of(here.api, GROUPS[0], f"Question de {c} ici") is None]


def most_in_a_minute(here: Stage, group: int) -> int:
    """The most messages that went into a group within any minute."""
    made = [call.at for call in here.api.log if counts(call, group)]
    return max((sum(at <= other < at + MINUTE for other in made) for at in made), default=0)


def counts(call: Call, group: int) -> bool:
    return call.chat == group and call.status == 200 and call.method not in _FREE


if __name__ == "__main__":
    play(main, __doc__)
