"""What follows the end of a ticket: thanks, complaints, reopening, rating. Points 16 to 18.

Run by hand: ``python -m tests.acceptance.ticket_ends --seed 1 [--database postgresql]``
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.store.exports import Exports
from tests.acceptance.harness import Part, Run, play, play_parts
from tests.acceptance.ticket_stage import answering
from tests.bot.escalation.test_complaints import COMPLAINTS, THANKS
from tests.fakes.desk_service import CAMILLE, CLAIRE, GROUP

if TYPE_CHECKING:
    from bot.escalation.tickets import Ticket
    from bot.store.store import Transaction
    from tests.fakes.desk_service import Desks

DAYS = (13, 15)
HOURS = (0, 1, 23, 25)
"""After the end; a rating may be changed for a day."""


async def main(run: Run) -> None:
    parts: dict[str, Part] = {
        "thanks": thanks_and_complaints,
        "reopening": reopening_after_days,
        "rating": rating,
    }
    await play_parts(run, parts)


async def thanks_and_complaints(run: Run) -> None:
    thanks, complaints = list(THANKS), list(COMPLAINTS)
    run.dice.shuffle(thanks)
    run.dice.shuffle(complaints)
    async with answering(run) as desks:
        thread = await desks.open()
        await end(desks, thread)
        for text in thanks:
            desks.api.user_says(CLAIRE, text)
            await desks.settled()
        (ticket,) = await desks.tickets()
        run.exactly(f"16 tickets that {len(thanks)} thanks reopened", ticket.state, "closed")
        offered = 0
        for text in complaints:
            before = len(desks.api.chats.of(CLAIRE))
            desks.api.user_says(CLAIRE, text)
            await desks.settled()
            said = desks.api.chats.of(CLAIRE)[before:]
            offered += any(data.startswith("t:reopen") for s in said for _, data in s.buttons)
        run.exactly("16 complaints that were offered to reopen it", offered, len(complaints))


async def end(desks: Desks, thread: int) -> None:
    """Somebody at the desk ends the ticket of a topic."""
    desks.api.staff_says(GROUP, CAMILLE, "/clore", thread=thread)
    await desks.settled()


async def reopening_after_days(run: Run) -> None:
    for days in DAYS:
        async with answering(run) as desks:
            await end(desks, await desks.open())
            desks.late += timedelta(days=days)
            await desks.press(CLAIRE, "t:reopen")
            await desks.settled()
            if days > 14:
                desks.api.user_says(CLAIRE, "Le frein grince de nouveau.")
                await desks.settled()
                await desks.press(CLAIRE, "t:send")
                await desks.settled()
            found = await desks.tickets()
        numbers = [(t.number[-5:], t.state, t.linked) for t in found]
        if days <= 14:
            run.exactly(
                f"17 after {days} days: number, state, linked", numbers, [("00001", "held", None)]
            )
        else:
            wanted = [("00001", "closed", None), ("00002", "open", found[0].id)]
            run.exactly(f"17 after {days} days: number, state, linked", numbers, wanted)


async def rating(run: Run) -> None:
    async with answering(run) as desks:
        await end(desks, await desks.open())
        pressed, before = [], 0
        for hours, stars in zip(HOURS, (5, 4, 3, 1), strict=True):
            desks.late += timedelta(hours=hours - before)
            before = hours
            pressed.append((hours, (await rate(desks, stars)).rating))
        rows = await exported(desks)
        asked = sum("Êtes-vous satisfait" in text for text in desks.told(CLAIRE))
    run.exactly("18 ratings by hour after the end", pressed, [(0, 5), (1, 4), (23, 3), (25, 3)])
    run.exactly("18 times that it was asked", asked, 1)
    shown = sorted({name for row in rows for name in row if "staff" in name or "assign" in name})
    run.exactly("18 columns of an export that name an agent", shown, [])
    await rating_after_silence(run)


async def rating_after_silence(run: Run) -> None:
    async with answering(run) as desks:
        thread = await desks.open()
        await desks.reply(thread, "Passez demain.")
        await desks.settled()

        async def silence(transaction: Transaction) -> None:
            records = desks.records(transaction)
            (ticket,) = await records.tickets.list_all()
            done = await desks.casework.close(records, ticket, "silence")
            assert done is not None
            await desks.running.answerer.deliveries.put(transaction, done.deliveries)

        await desks.store.write(silence)
        forged = await rate(desks, 5)
        asked = sum("Êtes-vous satisfait" in text for text in desks.told(CLAIRE))
    found = (asked, forged.rating)
    run.exactly("18 after a silence: asked, and what a forged press did", found, (0, None))


async def rate(desks: Desks, stars: int) -> Ticket:
    """Press so many stars; the ticket afterwards."""
    (ticket,) = await desks.tickets()
    said = desks.api.chats.of(CLAIRE)[-1]
    desks.api.user_presses(CLAIRE, f"t:rate:{ticket.id}:{stars}", message=said.as_json())
    await desks.settled()
    return (await desks.tickets())[0]


async def exported(desks: Desks) -> list[dict[str, object]]:
    """The rows of an export of tickets."""
    now = datetime.now(UTC)

    async def work(transaction: Transaction) -> list[dict[str, object]]:
        exports = Exports(transaction, now - timedelta(days=9), now + timedelta(days=9), now)
        parts = exports.parts("tickets", texts=True)
        return [row async for part in parts for row in part]

    return await desks.store.write(work)


if __name__ == "__main__":
    play(main, __doc__)
