"""Reminders, ends and promises under a moved clock: thirty days in minutes.

Two replicas share the timers and are started anew three times; each reminder, notice and end must
happen once and within the hours of its desk. Then a thousand tickets are opened and answered at
random: the moment promised must be kept for four fifths of them, and never fall outside the hours.

``python -m tests.acceptance.ticket_clock [--seed N] [--database postgresql]``
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.escalation.opening_hours import OpeningHours
from bot.escalation.ports import FirstReply
from bot.escalation.promise import expected_moment
from bot.store.database.opening import open_database
from bot.store.ticket_tables import ticket_events
from bot.store.tickets.jobs import JobQueue
from kb.opening import Duration
from tests.fakes.open_store import found
from tests.fakes.postgres import running_postgres
from tests.fakes.ticket_service import MONDAY, TicketService, staffed_base, ticket_service

DAYS = 30
OPENED_A_DAY = 4
STEP = timedelta(minutes=20)
PROMISED = 1_000
KEPT = 0.8


async def play_thirty_days(where: Path | str, seed: int) -> list[str]:
    """What went wrong; nothing when all happened once, and within the hours."""
    chance, base = random.Random(seed), staffed_base()
    at, updates, wrong = MONDAY, 0, []
    for run in range(4):  # three times anew
        database = where if isinstance(where, Path) else open_database(where, Path())
        async with ticket_service(database, base) as service:
            service.at, service.updates = at, updates
            end = MONDAY + timedelta(days=DAYS * (run + 1) / 4)
            await _play(service, chance, end)
            at, updates = service.at, service.updates
            if run == 3:
                wrong = await _mistakes(service)
    return wrong


async def _play(service: TicketService, chance: random.Random, end: datetime) -> None:
    replicas = [JobQueue(service.store.writer, name) for name in ("one", "other")]
    while service.at < end:
        service.at += STEP
        for queue in chance.sample(replicas, 2):
            for job in await queue.claim(service.at, 99):
                await service.do(lambda r, job=job: service.timekeeper.run(r, job))  # type: ignore[misc]
        if chance.random() < OPENED_A_DAY * (STEP / timedelta(days=1)):
            ticket = await service.open(chat=str(chance.randrange(10**9)))
            if chance.random() < 0.6:
                await service.answer(ticket)


async def _mistakes(service: TicketService) -> list[str]:
    hours = OpeningHours.of(service.base.desks["atelier"])
    timed = ticket_events.c.kind.in_(("reminded", "warned")) | (ticket_events.c.who == "bot")
    columns = (
        ticket_events.c.ticket_id,
        ticket_events.c.kind,
        ticket_events.c.key,
        ticket_events.c.at,
    )
    rows = await found(service.store, select(*columns).where(timed))
    counts = Counter(kind for _, kind, _, _ in rows)
    ends = Counter((ticket, kind) for ticket, kind, _, _ in rows if kind in {"warned", "closed"})
    print(f"timers done: {dict(counts)}")
    outside = [f"{key} at {at}" for _, _, key, at in rows if not hours.is_open(at)]
    twice = [f"{what} {times} times" for what, times in ends.items() if times > 1]
    missing = [kind for kind in ("reminded", "warned", "closed") if not counts[kind]]
    return [*outside, *twice, *(f"no {kind}" for kind in missing)]


def play_promises(seed: int) -> tuple[float, int]:
    """The share of promises that were kept, and how many fell outside of the hours."""
    chance, desk = random.Random(seed), staffed_base().desks["atelier"]
    hours, at = OpeningHours.of(desk), MONDAY
    replies: list[FirstReply] = []
    kept = outside = 0
    for _ in range(PROMISED):
        at += timedelta(minutes=chance.randrange(5, 180))
        known = [reply for reply in replies[-400:] if at - timedelta(days=60) <= reply.opened_at]
        known = [reply for reply in known if reply.replied_at <= at]
        promised = expected_moment(desk, known, at)
        assert promised is not None
        outside += not hours.is_open(promised)
        # Mostly within the eight hours that the desk says, at times far beyond.
        minutes = int(chance.lognormvariate(5.3, 0.7))
        replied = hours.add(at, Duration(0, minutes))
        replies.append(FirstReply(at, replied))
        kept += replied <= promised
    return kept / PROMISED, outside


def main() -> int:
    """Play both; 0 when all is as it should be."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    began = datetime.now(UTC)
    share, outside = play_promises(options.seed)
    print(f"promises kept: {share:.1%}, outside of the hours: {outside}")
    if options.database == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            wrong = asyncio.run(play_thirty_days(Path(folder) / "aiguilleur.db", options.seed))
    else:
        with running_postgres() as server, server.database() as url:
            wrong = asyncio.run(play_thirty_days(url, options.seed))
    for line in wrong[:20]:
        print(f"WRONG {line}")
    print(f"{DAYS} days in {(datetime.now(UTC) - began).total_seconds():.0f} s")
    return int(bool(wrong) or share < KEPT or outside > 0)


if __name__ == "__main__":
    raise SystemExit(main())
