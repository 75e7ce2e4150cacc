"""A ticket that changes desks: topics, the asker's word, the clock, and who comes first. Point 15.

Run by hand: ``python -m tests.acceptance.ticket_moves --seed 1 [--database postgresql]``
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.acceptance.harness import Part, Run, play, play_parts
from tests.acceptance.ticket_stage import answering
from tests.fakes.desk_service import ADMIN, CAMILLE, GROUP, NOE, OFFICE
from tests.fakes.ticket_service import staffed_base

if TYPE_CHECKING:
    from tests.fakes.desk_service import Desks

GROUPS = {"atelier": GROUP, "abonnements": OFFICE}
TICKETS, RACES = 20, 50
LATER = timedelta(hours=3)


async def main(run: Run) -> None:
    parts: dict[str, Part] = {"transfers": transfers, "races": races, "third": third_transfer}
    await play_parts(run, parts)


async def transfers(run: Run) -> None:
    count = 4 if run.short else TICKETS
    faults: list[str] = []
    async with answering(run, groups=GROUPS, base=base()) as desks:
        for number in range(count):
            faults += await transfer_one(desks, 1000 + number)
    run.exactly(f"15 faults of {count} transfers", faults, [])


def base() -> object:
    """Two desks that promise an answer, so that a clock runs at both."""
    known = staffed_base(hours=(), remind_after=(), reply_within="8h")
    other = replace(known.desks["abonnements"], reply_within="8h")
    return replace(known, desks={**known.desks, "abonnements": other})


async def transfer_one(desks: Desks, chat: int) -> list[str]:
    """What is not as it should be after a transfer."""
    question = f"Mon vélo est cassé, {chat}"
    thread = await desks.open(chat, question)
    desks.api.staff_says(GROUP, CAMILLE, "/prendre", thread=thread)
    await desks.settled()
    before = (await desks.tickets())[-1]
    desks.late += LATER
    old = set(desks.api.topics_of(OFFICE))
    desks.api.staff_says(GROUP, CAMILLE, "/transférer abonnements", thread=thread)
    await desks.settled()
    after = (await desks.tickets())[-1]
    new = set(desks.api.topics_of(OFFICE)) - old
    told = [text for text in desks.told(chat) if "confiée au guichet" in text]
    said = desks.in_topic(thread)
    assert before.due_at is not None
    assert after.due_at is not None
    right = {
        "one new topic": len(new) == 1,
        "with the question": any(
            question in s.text for t in new for s in desks.api.in_topic(OFFICE, t)
        ),
        "the old one closed": desks.api.topics_of(GROUP)[thread].closed,
        "with a word of where it went": any("abonnements" in text for text in said[-2:]),
        "nobody's": after.assignee is None and after.state == "open",
        "the asker told once": len(told) == 1,
        "the clock begins anew": after.due_at - before.due_at >= LATER - timedelta(minutes=1),
    }
    return [f"{chat}: not {what}" for what, holds in right.items() if not holds]


async def races(run: Run) -> None:
    """Two colleagues transfer the same ticket in the same moment."""
    count = 5 if run.short else RACES
    moved = told = topics = 0
    async with answering(run, groups=GROUPS) as desks:
        for number in range(count):
            chat = 3000 + number
            thread = await desks.open(chat, f"Mon vélo est cassé, {chat}")
            await desks.settled()
            (ticket,) = [t for t in await desks.tickets() if t.is_live and t.desk == "atelier"]
            people = [await meet(desks, person) for person in (CAMILLE, NOE)]
            done = await asyncio.gather(*(hand_on(desks, ticket, staff) for staff in people))
            await desks.settled()
            moved += sum(done)
            told += sum("confiée au guichet" in text for text in desks.told(chat))
            topics += desks.api.topics_of(GROUP)[thread].closed
        there = len(desks.api.topics_of(OFFICE))
    run.exactly(f"15 transfers that won, of {count} races", moved, count)
    run.exactly("15 askers told, topics closed, topics made", (told, topics, there), (count,) * 3)


async def meet(desks: Desks, person: int) -> object:
    return await desks.store.write(
        lambda t: desks.records(t).crew.meet("telegram", str(person), f"N{person}")
    )


async def hand_on(desks: Desks, ticket: object, staff: object) -> bool:
    """Transfer a ticket as it was read before; whether nobody was faster."""
    deliveries = desks.running.answerer.deliveries

    async def work(transaction: object) -> bool:
        records = desks.records(transaction)
        done = await desks.casework.transfer(records, ticket, "abonnements", staff)  # type: ignore[arg-type]
        await deliveries.put(transaction, done.deliveries if done else ())  # type: ignore[arg-type]
        return done is not None

    found = await desks.store.write(work)
    desks.running.service._wake_sender()
    return found


async def third_transfer(run: Run) -> None:
    async with answering(run, groups=GROUPS) as desks:
        thread, group = await desks.open(), GROUP
        counts = []
        for number in range(5):
            desk, to = ("abonnements", OFFICE) if number % 2 == 0 else ("atelier", GROUP)
            before = set(desks.api.chats.forums[to].topics)
            desks.api.staff_says(group, CAMILLE, f"/transferer {desk}", thread=thread)
            await desks.settled()
            (thread,), group = set(desks.api.chats.forums[to].topics) - before, to
            counts.append(len(desks.told(ADMIN)))
    run.exactly("15 alerts to administrators after each transfer", counts, [0, 0, 1, 1, 1])


if __name__ == "__main__":
    play(main, __doc__)
