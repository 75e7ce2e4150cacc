"""A published answer by one press: once, word for word, labelled; or taken back. Point 11.

Run by hand: ``python -m tests.acceptance.ticket_presses --seed 1 [--database postgresql]``
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.store.staff_tables import labels
from tests.acceptance.harness import Run, play
from tests.acceptance.ticket_stage import answering
from tests.fakes.desk_service import CAMILLE, GROUP, NOE
from tests.fakes.open_store import found

if TYPE_CHECKING:
    from tests.fakes.desk_service import Desks

TICKETS = 60
WAYS = {
    "once": 1,
    "twice": 1,
    "by two": 1,
    "cancelled": 0,
    "cancelled, then again": 1,
    "cancelled late": 1,
    "after the end": 0,
    "ended meanwhile": 0,
}
"""What is done with the button of a ticket, and how many answers must come of it."""


async def main(run: Run) -> None:
    count = 16 if run.short else TICKETS
    ways = [list(WAYS)[number % len(WAYS)] for number in range(count)]
    run.dice.shuffle(ways)
    async with answering(run) as desks:
        text = desks.casework.desks.published_text("velo-casse")
        wrong, verbatim = [], 0
        for number, way in enumerate(ways):
            chat = 1000 + number
            await play_ticket(desks, chat, way)
            got = [told for told in desks.told(chat) if ", demande n°" in told]
            wrong += [way] if len(got) != WAYS[way] else []
            verbatim += sum(text in told for told in got)
        written = len(await found(desks.store, select(labels.c.id)))
    wanted = sum(WAYS[way] for way in ways)
    run.exactly(f"11 tickets with another number of answers, of {count}", wrong, [])
    run.exactly("11 answers word for word with their source", verbatim, wanted)
    run.exactly("11 labels written", written, wanted)


async def play_ticket(desks: Desks, chat: int, way: str) -> None:
    """Open a ticket, press, and do what else there is to do."""
    thread = await desks.open(chat, f"Mon vélo est cassé, {chat}")
    await desks.settled()
    if way == "after the end":
        await desks.reply(thread, "/clore")
        await desks.settled()
    await press_head(desks, thread)
    if way in {"twice", "by two"}:
        await press_head(desks, thread, NOE if way == "by two" else CAMILLE)
    if way.startswith("cancelled") and "late" not in way:
        await press_stop(desks, thread)
    if way == "cancelled, then again":
        await press_head(desks, thread, NOE)
    if way == "ended meanwhile":
        desks.api.user_says(chat, "/clore")
        await desks.settled()
    await desks.pass_time(timedelta(seconds=11))
    await desks.settled()
    if way == "cancelled late":
        await press_stop(desks, thread)
        await desks.pass_time(timedelta(seconds=11))
        await desks.settled()


async def press_head(desks: Desks, thread: int, person: int = CAMILLE) -> None:
    head = desks.head(thread)
    desks.api.staff_presses(person, head, head.buttons[0][1])
    await desks.settled()


async def press_stop(desks: Desks, thread: int) -> None:
    said = desks.api.in_topic(GROUP, thread)
    shown = next(s for s in reversed(said) if any(d.startswith("d:stop") for _, d in s.buttons))
    desks.api.staff_presses(CAMILLE, shown, shown.buttons[0][1])
    await desks.settled()


if __name__ == "__main__":
    play(main, __doc__)
