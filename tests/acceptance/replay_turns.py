"""Twenty thousand messages decided by two models: in how long, and what a model changes of itself.

    python -m tests.acceptance.replay_turns [--turns N] [--seed N]

Over the shipped knowledge base, whose model is trained when there is none; the second model is a
rehearsal with one wording more. A hundred messages have no words any more.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from sqlalchemy import update

from bot.analytics.proposals.changes import Changes, apply_changes
from bot.analytics.proposals.flips import replay
from bot.service.proposals.check import read_messages
from bot.service.proposals.models import rehearse_model
from bot.service.served_model import load_trained_model
from bot.store.opening import open_store
from bot.store.tables import turns
from kb.loader import load
from tests.acceptance.harness import SHIPPED, Run
from tests.acceptance.proposing import damaged, prepared, put_messages

SECONDS, EMPTIED = 15.0, 100
WORDING = "le petit formulaire orange ne s'ouvre plus depuis la mise à jour"


def play(run: Run, number: int) -> None:
    """Write the messages, decide them twice."""
    with prepared(SHIPPED) as settings:

        async def write() -> None:
            async with await open_store(settings) as store:
                await put_messages(store, damaged(SHIPPED, number, run.seed), judged=False)
                empty = update(turns).where(turns.c.id <= EMPTIED).values(text="")
                await store.write(lambda c: c.execute(empty))

        asyncio.run(write())
        served, other = load_trained_model(settings), load_trained_model(settings)
        asked, emptied = read_messages(settings, 4)
        run.exactly("messages with words", len(asked), number - EMPTIED)
        run.exactly("messages without words, counted", emptied, EMPTIED)
        same = replay(served.triage, other.triage, asked[: number // 4], emptied)
        run.exactly("flips of a model against itself", sum(same.counts.values()), 0)
        target = min(served.base.published)
        changes = Changes("wording", target, "problem", (WORDING,), nobody_named=True)
        apply_changes(changes, settings.kb_dir)
        new = rehearse_model(served, load(settings.kb_dir), changes).triage
        began, worked = time.perf_counter(), time.process_time()
        done = replay(other.triage, new, asked, emptied)
        seconds, work = time.perf_counter() - began, time.process_time() - worked
        print(f"{dict(done.counts)} of {done.replayed}; {work:.1f} s of one core")
        run.at_most(f"replay of {number} messages", seconds, SECONDS, " s")


def main() -> int:
    """Replay; exit code 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--turns", type=int, default=20_000)
    asked = parser.parse_args()
    run = Run(seed=asked.seed)
    play(run, asked.turns)
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
