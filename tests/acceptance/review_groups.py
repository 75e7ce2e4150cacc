"""Groups of absent topics among strays, the time that 3,000 messages take, and the loop's lag.

Run by hand: ``python -m tests.acceptance.review_groups [--seed N ...]``; exits 1 when a bar is
missed. The topics are entries of the shipped base, which the grouping does not know then: 20 of
them, 4 to 12 wordings each, among 150 strays, each of another entry. Purity: the share of the
members of groups of three and more that are of their group's topic. Topics: those of which three
wordings came together. Recall: of a wording's sisters, or ten of them, how many are among its ten
nearest.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import insert

from bot.analytics.review import fill_queue
from bot.service.review_grouping import regroup
from bot.store.tables import turns
from classifier.training.grouping import NEIGHBOURS, group_messages
from kb.loader import load
from tests.acceptance.harness import SHIPPED, Run
from tests.fakes.open_store import open_store

if TYPE_CHECKING:
    from classifier.training.grouping import Grouping
    from kb.entries import FaqEntry, KnowledgeBase

TOPICS, STRAYS, MANY = 20, 150, 3_000
PURITY, FOUND, RECALL = 0.75, 0.35, 0.35
SECONDS, LAG_MS = 5.0, 50.0
GROUP = 3
TICK = 0.005
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Bench:
    """Wordings with the topic of each; strays have none.

    Attributes:
        texts: shuffled.
        topics: number of the topic of each; ``NOBODY``: a stray.
        known: titles of the base without the topics.
    """

    texts: list[str]
    topics: list[int]
    known: list[str]


def draw(base: KnowledgeBase, seed: int) -> Bench:
    """Withhold twenty entries, and draw wordings of them among strays."""
    dice = Random(seed)
    rich = [entry for entry in base.published.values() if len(entry.questions) >= TOPICS]
    drawn = dice.sample(rich, TOPICS + STRAYS)
    pairs = [
        (question.text, number)
        for number, entry in enumerate(drawn[:TOPICS])
        for question in dice.sample(entry.questions, dice.randint(4, 12))
    ]
    pairs += [(_any_of(entry, dice), NOBODY) for entry in drawn[TOPICS:]]
    dice.shuffle(pairs)
    absent = {entry.id for entry in drawn[:TOPICS]}
    known = [entry.title for entry in base.entries.values() if entry.id not in absent]
    return Bench([text for text, _ in pairs], [topic for _, topic in pairs], known)


def _any_of(entry: FaqEntry, dice: Random) -> str:
    return dice.choice(entry.questions).text


def measure(bench: Bench, found: Grouping) -> tuple[float, float, float]:
    """Purity, topics found and recall, each in [0, 1]."""
    members: dict[int, list[int]] = {}
    for place, group in enumerate(found.groups):
        members.setdefault(group, []).append(bench.topics[place])
    large = [topics for topics in members.values() if len(topics) >= GROUP]
    # Strays are of no topic, and so never of their group's.
    best = [Counter(t for t in topics if t != NOBODY).most_common(1) for topics in large]
    pure = sum(number for top in best for _, number in top)
    together = {topic for top in best for topic, number in top if number >= GROUP}
    purity = pure / max(1, sum(map(len, large)))
    return purity, len(together) / TOPICS, float(np.mean(_recalls(bench, found)))


def _recalls(bench: Bench, found: Grouping) -> list[float]:
    sizes = Counter(bench.topics)
    return [
        sum(bench.topics[near.place] == topic for near in found.nearest[place])
        / min(NEIGHBOURS, sizes[topic] - 1)
        for place, topic in enumerate(bench.topics)
        if topic != NOBODY
    ]


async def lag_of(work: Any) -> tuple[float, np.ndarray[Any, Any]]:  # noqa: ANN401 - any coroutine
    """Seconds that work took, and by how many milliseconds each tick of the loop came late."""
    late: list[float] = []
    task, begun = asyncio.ensure_future(work), time.perf_counter()
    while not task.done():
        before = time.perf_counter()
        await asyncio.sleep(TICK)
        late.append((time.perf_counter() - before - TICK) * 1000)
    await task
    return time.perf_counter() - begun, np.array(late)


async def quiet(seconds: float) -> float:
    """The 99th percentile of the lag, in milliseconds, while nothing is done here."""
    _, late = await lag_of(asyncio.sleep(seconds))
    return float(np.percentile(late, 99))


async def group_many(base: KnowledgeBase, run: Run) -> None:
    """Fill a queue of 3,000 different messages and group it beside a loop."""
    texts = sorted({q.text for entry in base.published.values() for q in entry.questions})
    asked = run.dice.sample(texts, MANY)
    now = datetime.now(UTC)
    row = {"at": now.replace(year=now.year - 1), "channel": "web", "action": "unanswered"}
    rest = {"candidates": [], "latency_ms": 0.0, "kind": "text", "shown": {"kind": "unanswered"}}
    rows = [{**row, **rest, "chat": f"{n:016x}", "text": text} for n, text in enumerate(asked)]
    with tempfile.TemporaryDirectory() as folder:
        async with await open_store(Path(folder) / "aiguilleur.db") as store:
            await store.write(lambda connection: connection.execute(insert(turns), rows))
            await fill_queue(store, base, now)
            idle = await quiet(2)
            seconds, late = await lag_of(regroup(store, base))
    spent = time.process_time()
    group_messages(asked, [entry.title for entry in base.entries.values()])
    spent = time.process_time() - spent
    lag = float(np.percentile(late, 99))
    print(
        f"  with the child's start and the database: {seconds:.1f} s; lag when idle {idle:.0f} ms"
    )
    run.check(
        "3,000 messages, seconds of a processor",
        f"{spent:.1f}",
        f"<= {SECONDS}",
        met=spent <= SECONDS,
    )
    run.check("lag of the loop, p99 in ms", f"{lag:.0f}", f"< {LAG_MS:.0f}", met=lag < LAG_MS)


async def main(seeds: list[int]) -> int:
    base, run = load(SHIPPED), Run(seeds[0])
    figures = []
    for seed in seeds:
        bench = draw(base, seed)
        figures.append(measure(bench, group_messages(bench.texts, bench.known)))
        purity, found, recall = figures[-1]
        print(f"  seed {seed}: purity {purity:.2f}, topics {found:.0%}, recall@10 {recall:.2f}")
    names = ("purity", "topics", "recall@10")
    for name, value, bar in zip(
        names, np.mean(figures, axis=0), (PURITY, FOUND, RECALL), strict=True
    ):
        run.check(f"{name}, mean of the seeds", f"{value:.3f}", f">= {bar}", met=value >= bar)
    await group_many(base, run)
    return int(not run.met)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", default=[1, 2, 3], help="of the draws")
    sys.exit(asyncio.run(main(parser.parse_args().seed)))
