"""Many tickets talk at once in one group: nothing crosses over, and each keeps its order.

Run by hand: ``python -m tests.acceptance.tickets_interleaved --seed 1``
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from tests.acceptance.harness import Run, play
from tests.acceptance.ticket_stage import (
    GROUPS,
    STAFF,
    desks_of,
    desks_stage,
    emptied,
    head_of,
    open_ticket,
    seen,
)

if TYPE_CHECKING:
    from tests.acceptance.harness import Stage
    from tests.fakes.bot_api_rules import Sent

TICKETS, EACH_WAY = 50, 19
"""With the question, an asker may write 20 messages an hour."""

_NAMED = re.compile(r"de (\d+) numéro (\d+)")


async def main(run: Run) -> None:
    count = 10 if run.short else TICKETS
    async with desks_stage(run, 1) as here:
        await here.service.start()
        chats = range(1000, 1000 + count)
        desk = desks_of(run, 1)[0]
        opened = await asyncio.gather(
            *(open_ticket(here, chat, desk, f"Question de {chat} ici") for chat in chats)
        )
        run.exactly("tickets opened", sum(opened), count)
        heads = {chat: await head(here, chat) for chat in chats}
        await talk(here, heads)
        await emptied(here)
        await here.service.stop()
        judge(run, here, heads)


async def head(here: Stage, chat: int) -> Sent:
    question = f"Question de {chat} ici"
    await seen(lambda: head_of(here.api, GROUPS[0], question))
    found = head_of(here.api, GROUPS[0], question)
    assert found is not None, chat
    return found


async def talk(here: Stage, heads: dict[int, Sent]) -> None:
    """Everybody writes in turn, by chance; each by themselves in order."""
    turns = [(chat, side) for chat in heads for side in ("asker", "desk") for _ in range(EACH_WAY)]
    here.run.dice.shuffle(turns)
    said: dict[tuple[int, str], int] = {}
    for chat, side in turns:
        number = said[chat, side] = said.get((chat, side), 0) + 1
        text, to = f"Mot de {chat} numéro {number}", heads[chat]
        if side == "asker":
            here.api.user_says(chat, text)
        else:
            here.api.staff_says(GROUPS[0], STAFF[0], text, thread=to.thread, to=to)
        await asyncio.sleep(0.005)


def judge(run: Run, here: Stage, heads: dict[int, Sent]) -> None:
    crossed = missing = twice = disordered = 0
    for chat, first in heads.items():
        places = here.api.in_topic(GROUPS[0], first.thread), here.api.chats.of(chat)
        for place in places:
            named = [_NAMED.search(sent.text) for sent in place]
            found = [(int(each[1]), int(each[2])) for each in named if each]
            numbers = [number for whose, number in found if whose == chat]
            crossed += len(found) - len(numbers)
            missing += EACH_WAY - len(set(numbers))
            twice += len(numbers) - len(set(numbers))
            disordered += numbers != sorted(numbers)
    run.exactly("messages relayed each way, a ticket", EACH_WAY, EACH_WAY)
    run.exactly("messages that crossed over", crossed, 0)
    run.exactly("messages lost", missing, 0)
    run.exactly("messages twice", twice, 0)
    run.exactly("conversations out of order", disordered, 0)


if __name__ == "__main__":
    play(main, __doc__)
