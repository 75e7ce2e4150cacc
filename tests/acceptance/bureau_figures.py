"""The figures of the bureau against SQL written by hand, rebuilt and erased.

Run by hand: ``python -m tests.acceptance.bureau_figures``; exits 1 when something differs. On
SQLite and on PostgreSQL, over 2,000 made-up turns; ``bureau_scale`` has plans and times.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, text

from bot.analytics.daily import count_days
from bot.analytics.overview import overview, resolved_of
from bot.analytics.refresh import rebuild_episodes, refresh_episodes
from bot.store.column_types import UtcDateTime
from bot.store.daily import read_counts
from bot.store.database.postgres import PostgresServer
from bot.store.database.sqlite import SqliteFile
from bot.store.fact_tables import episodes
from bot.store.figures import Cohort, Figures
from bot.store.keeping import Periods
from bot.store.outcomes import OUTCOMES
from bot.store.person import forget_chat
from bot.store.purging import purge
from bot.store.tables import feedback, turns
from kb.loader import load
from tests.acceptance.demo import Traffic
from tests.acceptance.harness import SHIPPED, questions
from tests.fakes.open_store import found, open_store
from tests.fakes.postgres import running_postgres

if TYPE_CHECKING:
    from bot.store.database.database import Database
    from bot.store.store import Store

NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)
SETTLED = NOW + timedelta(days=1)
GOLDEN = 2_000
EVER = Cohort(datetime(2020, 1, 1, tzinfo=UTC), SETTLED, NOW)

BY_HAND = """
SELECT channel, outcome, count(*) FROM (
  SELECT channel, CASE
    WHEN ticket_id IS NOT NULL OR human_at IS NOT NULL OR shown = 'desks' OR shown = 'contacts'
      THEN 'transmis'
    WHEN back_at IS NOT NULL THEN 'recontacté'
    WHEN action = 'unanswered' THEN 'sans réponse'
    WHEN (no_at IS NOT NULL AND (yes_at IS NULL OR no_at >= yes_at))
      OR (none_at IS NOT NULL AND (yes_at IS NULL OR none_at >= yes_at)) THEN 'refusé'
    WHEN action = 'decline' THEN 'hors sujet'
    WHEN last_at > :week THEN 'trop tôt'
    WHEN yes_at IS NOT NULL THEN 'confirmé'
    WHEN shown IN ('suggestions', 'notice', 'unknown') THEN 'abandonné'
    ELSE 'supposé' END AS outcome
  FROM episodes) AS classed GROUP BY channel, outcome
"""


def made(number: int, seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """So many turns and what was said of them."""
    traffic = Traffic(load(SHIPPED), Random(seed), questions(SHIPPED))
    rows: list[dict[str, Any]] = []
    while len(rows) < number:
        rows += traffic.turns(NOW)
    rows = sorted(rows[:number], key=lambda row: row["at"])
    return rows, traffic.said(rows)


async def put(store: Store, number: int, seed: int) -> None:
    rows, said = made(number, seed)
    for first in range(0, len(rows), 5_000):
        part = rows[first : first + 5_000]
        await store.write(lambda c, part=part: c.execute(insert(turns), part))  # type: ignore[misc]
    await store.write(lambda c: c.execute(insert(feedback), said))
    await refresh_episodes(store, SETTLED)


async def compare(store: Store) -> tuple[int, list[str]]:
    """How many figures were compared, and those that differ."""
    query = text(BY_HAND).bindparams(
        bindparam("week", value=NOW - timedelta(days=7), type_=UtcDateTime)
    )
    rows = await store.reader.run(lambda connection: connection.execute(query))
    by_hand = {(row[0], row[1]): int(row[2]) for row in rows}
    compared, faults = 0, []
    for channel in ("web", "telegram", "terminal"):
        cohort = Cohort(EVER.since, EVER.until, NOW, channel)
        counts = await store.reader.run(lambda c, cohort=cohort: Figures(c, cohort).outcomes())  # type: ignore[misc]
        for name in OUTCOMES:
            compared += 1
            if counts.get(name, 0) != by_hand.get((channel, name), 0):
                faults.append(f"{channel} {name}: {counts.get(name)} and {by_hand}")
    seen = await store.reader.run(lambda c: overview(c, EVER))
    whole = {name: sum(n for (_, o), n in by_hand.items() if o == name) for name in OUTCOMES}
    said = resolved_of(whole)
    pairs = [
        *((seen.outcomes[name], whole[name]) for name in OUTCOMES),
        (seen.totals.episodes, sum(whole.values())),
        (seen.totals.messages, GOLDEN),
        (sum(seen.hours), sum(whole.values())),
        (sum(day.total() for day in seen.days.values()), sum(whole.values())),
        (seen.resolved, said),
    ]
    return compared + len(pairs), faults + [f"{one} and {two}" for one, two in pairs if one != two]


async def rebuilt(store: Store) -> list[str]:
    """Whether the same episodes come of a second and a third time, one of them cut short."""
    query = select(episodes).order_by(episodes.c.id)
    before = await found(store, query)
    faults = []
    for cut in (None, 0.05, 0.2, None):
        task = asyncio.create_task(rebuild_episodes(store, SETTLED))
        if cut is not None:
            await asyncio.wait({task}, timeout=cut)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await refresh_episodes(store, SETTLED)
        await task if cut is None else None
        if await found(store, query) != before:
            faults.append(f"rebuilt differently (cut after {cut})")
    return faults


async def erased(store: Store) -> list[str]:
    """Whether the counts of days stay when everybody is forgotten and all is purged."""
    await count_days(store, SETTLED)
    before = await store.reader.run(read_counts)
    chats = [row[0] for row in await found(store, select(turns.c.chat).distinct().limit(50))]
    for chat in chats:
        await store.write(lambda c, chat=chat: forget_chat(c, chat))  # type: ignore[misc]
    await store.write(lambda c: purge(c, NOW + timedelta(days=500), Periods(90, 395, 30)))
    after = await store.reader.run(read_counts)
    left = await found(store, select(func.count()).select_from(turns))
    print(f"  {len(before)} counts of days; after erasure and purge {left[0][0]} turns are left")
    return [] if before and before == after else ["the counts of days changed"]


async def on(database: Database | Path, name: str) -> list[str]:
    async with await open_store(database) as store:
        await put(store, GOLDEN, 1)
        compared, faults = await compare(store)
        print(f"{name}: {compared} figures compared, {len(faults)} differ")
        faults += await rebuilt(store)
        faults += await erased(store)
    return [f"{name}: {fault}" for fault in faults]


async def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        faults = await on(SqliteFile(folder / "golden.db"), "SQLite")
        with running_postgres() as server, server.database() as address:
            faults += await on(PostgresServer(address), "PostgreSQL")
    print("\n".join(faults) or "all as it should be")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
