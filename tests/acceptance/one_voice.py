"""One person says a thousand times that nothing helps: it is one voice, and nothing moves.

Run by hand: ``python -m tests.acceptance.one_voice``; exits 1 when a state, a promise, an audit, a
label or the order of the queue moved, or the person counts for more than one. A thousand presses
on one answer, and a thousand on answers to questions of their own, while the service looks.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.analytics.auditing import draw_audits, standings
from bot.analytics.refresh import refresh_episodes
from bot.analytics.review import fill_queue
from bot.analytics.review_groups import read_groups
from bot.conversation.messages import Incoming
from bot.conversation.turns import Feedback
from bot.store.fact_tables import audits
from bot.store.review_queue import Wanted
from bot.store.staff_tables import labels
from classifier.decision import Candidate, Decision
from tests.acceptance.harness import Run
from tests.fakes.open_store import OneByOne, found, open_store
from tests.fakes.small_base import BIKE, small_base

if TYPE_CHECKING:
    from bot.analytics.review_groups import ReviewGroup
    from bot.store.audits import Promised
    from bot.store.store import Store

CLICKS = 1_000
LOUD = "loud"
ANSWER = Decision("answer", BIKE, (), (Candidate(BIKE, 0.9),), 0.9, "m")
NOTHING = Decision("unanswered", None, (), (Candidate(BIKE, 0.3),), 0.1, "m")
REFUSED = Feedback("useful", BIKE, "no")
TARGETS: dict[Promised, float] = {"answer": 0.05, "route": 0.1, "decline": 0.02}
LATER = timedelta(hours=1)


async def ask(store: Store, chat: str, text: str, decision: Decision) -> int:
    turn: int = await OneByOne(store).record_turn(Incoming("web", chat, text), decision, 1.0)
    return turn


async def refuse(store: Store, turn: int, times: int = 1) -> None:
    for _ in range(times):
        await OneByOne(store).record_feedback(turn, REFUSED)


async def look(store: Store) -> list[ReviewGroup]:
    """What the service does each minute; the queue afterwards."""
    now = datetime.now(UTC) + LATER
    await refresh_episodes(store, now)
    await draw_audits(store, 20, now)
    await fill_queue(store, small_base(), now)
    return await store.reader.run(lambda t: read_groups(t, Wanted(now), 2_000))


async def state(store: Store) -> dict[str, object]:
    """All that decides how the service replies: labels, audits and promises."""
    promises = await standings(store, TARGETS, "m")
    return {
        "labels": await found(store, select(labels)),
        "audits": await found(store, select(audits.c.turn_id, audits.c.rate)),
        "promises": [(p.kind, p.word, p.against.value, p.labels, p.wrong) for p in promises],
    }


async def main() -> int:
    run = Run()
    with tempfile.TemporaryDirectory() as folder:
        async with await open_store(Path(folder) / "aiguilleur.db") as store:
            turn = await ask(store, LOUD, "mon pneu siffle", ANSWER)
            for chat in ("1", "2"):
                await ask(store, chat, "où louer une remorque", NOTHING)
            await look(store)
            before = await state(store)
            await refuse(store, turn, CLICKS)
            first = await look(store)
            run.exactly("people of the group of 1,000 presses", first[-1].line.people, 1)
            run.exactly("messages in it", first[-1].line.messages, 1)
            run.exactly("the group of two people comes first", first[0].line.people, 2)
            for name, value in (await state(store)).items():
                run.exactly(f"{name} moved by 1,000 presses", value != before[name], wanted=False)
            for number in range(CLICKS):
                await refuse(store, await ask(store, LOUD, f"mon pneu siffle {number}", ANSWER))
            groups = await look(store)
            run.exactly("the group of two people still comes first", groups[0].line.people, 2)
            loud = max(group.line.people for group in groups[1:])
            run.exactly("people of any group of 1,000 questions", loud, 1)
            after = await state(store)
            run.exactly(
                "labels moved by 1,000 questions", after["labels"] != before["labels"], wanted=False
            )
            run.exactly("promises moved", after["promises"] != before["promises"], wanted=False)
    return int(not run.met)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    sys.exit(asyncio.run(main()))
