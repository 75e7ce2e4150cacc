"""Tickets through kills: numbers without gap or double, nothing lost, hardly anything twice.

Run by hand: ``python -m tests.acceptance.tickets_kill --seed 1 --database postgresql``
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.acceptance.harness import Run, play
from tests.acceptance.kill import kill_often
from tests.acceptance.ticket_stage import (
    GROUPS,
    STAFF,
    desks_of,
    desks_stage,
    emptied,
    gaps,
    head_of,
    numbers,
    open_ticket,
    said_to,
    seen,
)

if TYPE_CHECKING:
    from tests.acceptance.harness import Stage

TICKETS, KILLS, SECONDS = 500, 10, 60.0


async def main(run: Run) -> None:
    share = 0.1 if run.short else 1.0
    chats, kills = range(1000, 1000 + int(TICKETS * share)), max(2, int(KILLS * share))
    async with desks_stage(run) as here:
        await here.service.start()
        reaper = asyncio.create_task(kill_often(here, kills, SECONDS * share, run.dice))
        askers = [
            asyncio.create_task(one(here, chat, SECONDS * share * place / len(chats)))
            for place, chat in enumerate(chats)
        ]
        opened = sum(await asyncio.gather(*askers))
        await reaper
        await emptied(here)
        code, _ = await here.service.stop()
        report(run, here, opened, chats, kills)
        found = await numbers(here)
        run.exactly("tickets", len(found), len(chats))
        run.exactly("numbers missing or twice", gaps(found), 0)
        run.exactly("exit code in the end", code, 0)


async def one(here: Stage, chat: int, after: float) -> bool:
    """One person opens a ticket and adds a detail; their desk answers."""
    await asyncio.sleep(after)
    place = chat % len(desks_of(here.run, len(GROUPS)))
    desk, group = desks_of(here.run, len(GROUPS))[place], GROUPS[place]
    question = f"Question de la personne {chat}"
    if not await open_ticket(here, chat, desk, question):
        return False
    here.api.user_says(chat, f"Détail {chat}.")
    await seen(lambda: head_of(here.api, group, question))
    head = head_of(here.api, group, question)
    if head is None:
        return False
    here.api.staff_says(group, STAFF[0], f"Réponse {chat}.", thread=head.thread, to=head)
    return True


def report(run: Run, here: Stage, opened: int, chats: range, kills: int) -> None:
    api, lost, twice = here.api, 0, 0
    for chat in chats:
        group = GROUPS[chat % len(desks_of(run, len(GROUPS)))]
        for where, words in ((group, f"Détail {chat}."), (chat, f"Réponse {chat}.")):
            copies = len(said_to(api, where, words))
            lost, twice = lost + (copies == 0), twice + max(0, copies - 1)
    heads = {(sent.chat, sent.thread) for group in GROUPS for sent in api.chats.of(group)}
    made = {(group, thread) for group in GROUPS for thread in topics(here, group)}
    run.exactly("askers whose ticket was opened and answered", opened, len(chats))
    run.exactly("relayed messages lost", lost, 0)
    run.at_most("relayed messages twice", twice, kills)
    run.at_most("topics without a ticket", len(made - heads), kills)
    run.exactly("messages in General", sum(1 for _, thread in heads if thread is None), 0)


def topics(here: Stage, group: int) -> list[int]:
    forum = here.api.chats.forums.get(group)
    return list(forum.topics) if forum else []


if __name__ == "__main__":
    play(main, __doc__)
