"""Every page of the bureau over 100,000 turns: how long it takes, and how each query is found.

Run by hand: ``python -m tests.acceptance.bureau_scale``; exits 1 when a page takes longer than half
a second, or a query reads a whole table that grows. On SQLite by the plan that it follows, on
PostgreSQL by the one that is left without sequential scans. Of five looks at a page the fastest
counts: what is slower, something else on the machine has made slower; the time of a processor
that each took, client included, is told beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import event, func, select, text
from sqlalchemy.engine import Engine

from bot.analytics.auditing import draw_audits
from bot.analytics.daily import count_days
from bot.analytics.refresh import refresh_episodes
from bot.store.database.postgres import PostgresServer
from bot.store.database.sqlite import SqliteFile
from bot.store.fact_tables import episodes
from bot.store.schema import metadata
from kb.loader import load
from tests.acceptance.demo import NAME, fill
from tests.acceptance.harness import SHIPPED, Run
from tests.fakes.plans import Plan, plans_of
from tests.fakes.postgres import running_postgres
from tests.fakes.web_service import Parrot, web_service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.store.database.database import Database
    from bot.store.store import Store
    from tests.fakes.web_service import Web

TURNS, TICKETS = 100_000, 2_000
SECONDS, TIMES = 0.5, 5
BIG = 1_000
"""Rows from which on a table may not be read whole."""

READ_WHOLE = {"audits"}
"""A promise is judged by all that was drawn for it: thirty replies a week, whatever the traffic."""

PASSWORD = "une suite de mots pour entrer"
QUARTER = f"depuis={datetime.now(UTC) - timedelta(days=120):%Y-%m-%d}"
PAGES = {
    "tableau": "",
    "tableau, trois mois": f"?{QUARTER}",
    "tableau, un canal": "?canal=telegram",
    "fiches": "fiches",
    "fiches, trois mois": f"fiches?{QUARTER}",
    "fiche": "fiches/{entry}",
    "guichets": "guichets",
    "guichets, trois mois": f"guichets?{QUARTER}",
    "contrôles": "controles",
    "juger": "controles/juger",
    "revoir": "revoir",
    "propositions": "propositions",
    "demandes": "demandes",
    "demandes, toutes": "demandes?etat=toutes",
    "demandes, un guichet": "demandes?etat=closed&guichet={desk}",
    "demandes, un numéro": "demandes?numero={ticket}",
    "demande": "demandes/{ticket}",
    "exports": "exports",
    "comptes": "comptes",
}


class Asked(NamedTuple):
    """One statement as it went to the database, and what was being done."""

    by: str
    statement: str
    values: Any


class Listener:
    """Notes every statement that any engine is given.

    Attributes:
        by: what is being done.
        asked: one of each statement.
    """

    def __init__(self) -> None:
        self.by = ""
        self.asked: dict[str, Asked] = {}

    def note(self, _c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:  # noqa: ANN401 - as the library calls it
        if self.by:
            self.asked.setdefault(statement, Asked(self.by, statement, values))


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    event.listen(Engine, "before_cursor_execute", listener.note)
    try:
        yield listener
    finally:
        event.remove(Engine, "before_cursor_execute", listener.note)


async def look(run: Run, web: Web, listener: Listener) -> None:
    """Every page, some times over."""
    secret = await web.store.accounts.invite(NAME)
    entered = await web.client.post(f"/bureau/invitation/{secret}", data={"password": PASSWORD})
    assert entered.status_code == 303, entered.text
    base = load(SHIPPED)
    tickets = await web.store.reader.run(lambda c: web.store.records(c).tickets.list_all(limit=1))
    named = {"entry": min(base.published), "desk": min(base.desks), "ticket": tickets[0].number}
    for name, pattern in PAGES.items():
        listener.by = name
        times, work, size = [], [], 0
        for _ in range(TIMES):
            begun, worked = time.perf_counter(), time.process_time()
            page = await web.client.get(f"/bureau/{pattern.format(**named)}", follow_redirects=True)
            times.append(time.perf_counter() - begun)
            work.append(time.process_time() - worked)
            assert page.status_code == 200, (name, page.status_code)
            size = len(page.content)
        said = f"{name} ({size / 1000:.0f} kB, {1000 * min(work):.0f} ms of a processor)"
        run.at_most(said, 1000 * min(times), 1000 * SECONDS, " ms")
    listener.by = ""


async def send(run: Run, web: Web, listener: Listener) -> None:
    """The exports of all there is: the first bytes come at once, the rest a piece at a time."""
    for kind in ("turns", "episodes", "labels", "tickets"):
        listener.by = f"export of {kind}"
        begun, first, lines = time.perf_counter(), 0.0, 0
        address = f"/bureau/exports/fichier?quoi={kind}&textes=1&{QUARTER}"
        async with web.client.stream("GET", address, timeout=600) as answer:
            async for chunk in answer.aiter_bytes():
                first = first or time.perf_counter() - begun
                lines += chunk.count(b"\r\n")
        whole = time.perf_counter() - begun
        name = f"export of {kind}: first bytes of {lines - 1} rows in {whole:.1f} s"
        run.at_most(name, 1000 * first, 1000 * SECONDS, " ms")
    listener.by = ""


async def keep_up(store: Store, listener: Listener, now: datetime) -> None:
    """What is done beside the pages: new rows looked at, days counted, replies drawn."""
    listener.by = "episodes"
    await refresh_episodes(store, now)
    listener.by = "days"
    await count_days(store, now)
    listener.by = "draw"
    await draw_audits(store, 20, now)
    listener.by = ""


async def explain(run: Run, store: Store, listener: Listener) -> None:
    """Whether any statement reads a whole table that grows."""

    async def count(connection: Any) -> dict[str, int]:  # noqa: ANN401 - a connection
        found = {}
        for table in metadata.tables.values():
            rows = await connection.execute(select(func.count()).select_from(table))
            found[table.name] = int(rows.scalar_one())
        return found

    rows = await store.reader.run(count)
    big = {name for name, number in rows.items() if number >= BIG} - READ_WHOLE
    asked = list(listener.asked.values())
    plans: list[Plan] = await store.write(
        lambda c: plans_of(c, [(each.statement, each.values) for each in asked])
    )
    whole = [
        (each, scan) for each, plan in zip(asked, plans, strict=True) for scan in plan.scans_of(big)
    ]
    for each, scan in whole:
        print(f"  {each.by}: {scan}: {' '.join(each.statement.split())[:400]}")
    explained = sum(bool(plan.steps) for plan in plans)
    run.exactly(f"{explained} statements explained, tables above {BIG}", len(whole), 0)


async def on(run: Run, database: Database | Path, turns: int) -> None:
    now = datetime.now(UTC)
    parrot = Parrot()
    parrot.served = load(SHIPPED)
    async with web_service(parrot, where=database) as web:
        query = select(func.count()).select_from(episodes)
        begun = time.perf_counter()
        if not (await web.store.reader.run(lambda c: c.execute(query))).scalar_one():
            await fill(web.store, run.seed, now, turns, TICKETS)
        if await web.store.accounts.find(NAME) is None:
            await web.store.accounts.add(NAME, "admin")
        number = (await web.store.reader.run(lambda c: c.execute(query))).scalar_one()
        print(f"  {number} episodes, {time.perf_counter() - begun:.0f} s to fill", flush=True)
        if run.database == "postgresql":
            await web.store.write(lambda c: c.execute(text("ANALYZE")))
        with listening() as listener:
            await keep_up(web.store, listener, now + timedelta(hours=1))
            await look(run, web, listener)
            await send(run, web, listener)
        await explain(run, web.store, listener)


async def main(seed: int, turns: int, only: str, file: Path | None) -> int:
    met = True
    with tempfile.TemporaryDirectory() as name:
        if "sqlite" in only:
            run = Run(seed)
            print("-- SQLite")
            await on(run, SqliteFile(file or Path(name) / "many.db"), turns)
            met = run.met
        if "postgresql" in only:
            with running_postgres() as server, server.database() as address:
                run = Run(seed, "postgresql")
                print("-- PostgreSQL")
                await on(run, PostgresServer(address), turns)
                met = met and run.met
    return int(not met)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--file", type=Path, help="a SQLite file to fill once and look at again")
    given = parser.parse_args()
    only = given.database or "sqlite postgresql"
    sys.exit(asyncio.run(main(given.seed, given.turns, only, given.file)))
