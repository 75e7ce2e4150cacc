"""The figures of the bureau against SQL written by hand, rebuilt, erased, explained and timed.

Run by hand: ``python -m tests.acceptance.bureau_figures``; exits 1 when something differs. On
SQLite and on PostgreSQL, over 2,000 made-up turns; plans and times over 100,000 on SQLite.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, event, func, insert, select, text

from bot.analytics.daily import count_days
from bot.analytics.handling import handling_by_desk
from bot.analytics.overview import overview, resolved_of
from bot.analytics.refresh import rebuild_episodes, refresh_episodes
from bot.analytics.review import fill_queue
from bot.analytics.review_groups import read_groups
from bot.channels.web.bureau.review import AT_ONCE
from bot.store.audits import Audits
from bot.store.column_types import UtcDateTime
from bot.store.daily import read_counts
from bot.store.database.postgres import PostgresServer
from bot.store.database.sqlite import SqliteFile
from bot.store.desk_figures import audited_entries
from bot.store.fact_tables import episodes
from bot.store.figures import Cohort, Figures
from bot.store.keeping import Periods
from bot.store.outcomes import OUTCOMES
from bot.store.person import forget_chat
from bot.store.purging import purge
from bot.store.review_queue import ReviewQueue, Wanted
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
GOLDEN, MANY = 2_000, 100_000
EVER = Cohort(datetime(2020, 1, 1, tzinfo=UTC), SETTLED, NOW)
PAGE_SECONDS = 0.5

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


async def explained(folder: Path) -> list[str]:
    """Full scans among what the pages ask of 100,000 turns in a month, and slow pages."""
    async with await open_store(folder / "many.db") as store:
        await put(store, MANY, 2)
        await fill_queue(store, load(SHIPPED), SETTLED)
        month = Cohort(NOW - timedelta(days=28), SETTLED, NOW)
        desks = load(SHIPPED).desks
        works: dict[str, Any] = {
            "tableau": lambda c: overview(c, month),
            "fiches": lambda c: Figures(c, month).by("entry"),
            "fiches, audits": lambda c: audited_entries(c, month),
            "guichets": lambda c: handling_by_desk(c, month, desks),
            "à revoir": _review,
            "contrôles": lambda c: Audits(c).all(),
            "juger": lambda c: Audits(c).to_judge(500),
            "demandes": lambda c: store.records(c).tickets.list_all(("open", "held"), ""),
        }
        faults = []
        for name, work in works.items():
            begun = time.perf_counter()
            await store.reader.run(work)
            seconds = time.perf_counter() - begun
            scans = await store.reader.run(lambda c, work=work: _scans(c, work))  # type: ignore[misc]
            print(f"  {name}: {seconds * 1000:.0f} ms{'; ' + '; '.join(scans) if scans else ''}")
            faults += [f"{name}: {scan}" for scan in scans]
            if seconds > PAGE_SECONDS:
                faults.append(f"{name} took {seconds:.2f} s")
    return faults


async def _review(connection: Any) -> None:  # noqa: ANN401 - of the library
    """What the page of the queue reads."""
    wanted = Wanted(SETTLED)
    await read_groups(connection, wanted, AT_ONCE)
    await ReviewQueue(connection, wanted).size()


async def _scans(connection: Any, work: Any) -> list[str]:  # noqa: ANN401 - of the library
    """The steps of SQLite's plans that read a whole table without an index."""
    asked: list[tuple[str, Any]] = []
    target = connection.sync_connection.engine

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:  # noqa: ANN401
        asked.append((statement, values))

    event.listen(target, "before_cursor_execute", note)
    try:
        await work(connection)
    finally:
        event.remove(target, "before_cursor_execute", note)
    steps = []
    for statement, values in asked:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps += [row[3] for row in plan]
    return [s for s in steps if s.startswith("SCAN") and "INDEX" not in s and "subquery" not in s]


async def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        faults = await on(SqliteFile(folder / "golden.db"), "SQLite")
        with running_postgres() as server, server.database() as address:
            faults += await on(PostgresServer(address), "PostgreSQL")
        faults += await explained(folder)
    print("\n".join(faults) or "all as it should be")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
