"""``/oublier`` with a ticket, through kills: nothing of it is left anywhere. Point 25.

People ask, send files, are answered, and then ask to be forgotten; the service is killed around
that. In the end no word of theirs may stand in a table, in the bytes of the database with its
write-ahead log, or in the group of the desk.

Run by hand: ``python -m tests.acceptance.ticket_erasing --seed 1``
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.conversation import choices
from tests.acceptance.harness import Run, play
from tests.acceptance.ticket_stage import (
    GROUPS,
    STAFF,
    button,
    desks_of,
    desks_stage,
    emptied,
    head_of,
    open_ticket,
    press,
    said_to,
    seen,
)
from tests.fakes.raw_bytes import bytes_in

if TYPE_CHECKING:
    from tests.acceptance.harness import Stage

PEOPLE, KILLS = 30, 6
WORDS = ("zebulon", "hortensia", "mirliton")
GONE = 60.0


async def main(run: Run) -> None:
    people = range(1000, 1000 + (6 if run.short else PEOPLE))
    kills = 2 if run.short else KILLS
    async with desks_stage(run, 1) as here:
        await here.service.start()
        opened = await asyncio.gather(*(talk(here, chat) for chat in people))
        await emptied(here)
        run.exactly("25 tickets opened and answered", sum(opened), len(people))
        reaper = asyncio.create_task(kill_around(here, kills))
        for chat in people:
            here.api.user_says(chat, "/oublier")
            await seen(lambda chat=chat: button(here.api, chat, choices.FORGET))
            press(here.api, chat, choices.FORGET)
            await asyncio.sleep(run.dice.uniform(0, 0.3))
        await reaper
        await seen(lambda: not left_in_group(here), GONE)
        await emptied(here)
        run.exactly("25 messages left in the group of the desk", len(left_in_group(here)), 0)
        await here.service.stop()
        await report(run, here)


async def talk(here: Stage, chat: int) -> bool:
    """One person opens a ticket with words that are looked for, a file and an answer in it."""
    api, desk = here.api, desks_of(here.run, 1)[0]
    question = f"Question {WORDS[0]} de {chat}"
    if not await open_ticket(here, chat, desk, question):
        return False
    api.user_says(chat, f"Détail {WORDS[1]} {chat}")
    api.user_sends_album(chat, ["photo"] * 3, [f"Photo {WORDS[2]} {chat}"])
    await seen(lambda: head_of(api, GROUPS[0], question))
    head = head_of(api, GROUPS[0], question)
    if head is None:
        return False
    api.staff_says(GROUPS[0], STAFF[0], f"Réponse {WORDS[1]} {chat}", thread=head.thread, to=head)
    return await seen(lambda: said_to(api, chat, f"Réponse {WORDS[1]} {chat}"))


async def kill_around(here: Stage, kills: int) -> None:
    for _ in range(kills):
        await asyncio.sleep(here.run.dice.uniform(0.2, 2.0))
        await here.service.kill()
        await here.service.start(ready=False)


def left_in_group(here: Stage) -> list[str]:
    """What stands at the desk with a word of theirs."""
    said = (sent.text for sent in here.api.chats.of(GROUPS[0]) if not sent.deleted)
    return [text for text in said if any(word in text for word in WORDS)]


async def report(run: Run, here: Stage) -> None:
    """What the database and its files still hold."""
    raw = bytes_in(here.folder / "data")
    found = [word for word in WORDS if word.encode() in raw]
    run.exactly("25 words of theirs in the bytes of the files", found, [])
    for table, where in (
        ("tickets", "state <> 'erased' OR address IS NOT NULL OR chat <> ''"),
        ("ticket_messages", "body <> '' OR album IS NOT NULL"),
        ("attachments", "1 = 1"),
        ("ticket_copies", "place = 'asker' AND (chat <> '' OR number IS NOT NULL)"),
        ("outbox", "state = 'pending' OR (payload <> '' AND ticket_id IS NOT NULL)"),
    ):
        rows = await here.database.rows(f"SELECT count(*) FROM {table} WHERE {where}")  # noqa: S608
        run.exactly(f"25 rows of {table} that lead to somebody", rows[0][0], 0)


if __name__ == "__main__":
    play(main, __doc__)
