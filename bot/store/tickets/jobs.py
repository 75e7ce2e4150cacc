"""Every timer of the tickets: planned once, done once, by whichever process is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, or_, select, update

from bot.escalation.ports import Job
from bot.store.boxes.leases import LEASE
from bot.store.staff_tables import jobs
from bot.store.tables import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.escalation.tickets import Ticket
    from bot.store.writer import Writer


class SqlJobs:
    """A ``bot.escalation.ports.Jobs`` in one transaction.

    Args:
        connection: of the transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def plan(self, job: Job) -> None:
        """Plan a job; one whose key was planned before is not planned again."""
        added = insert_new(jobs, self._connection.dialect.name)
        await self._connection.execute(added.values(job._asdict()))

    async def drop(self, ticket: Ticket, kinds: Collection[str]) -> None:
        """These jobs of a ticket are not done any more; what was done stays done."""
        waiting = jobs.c.ticket_id == ticket.id, jobs.c.done_at.is_(None), jobs.c.kind.in_(kinds)
        await self._connection.execute(delete(jobs).where(*waiting))

    async def due_of(self, key: str) -> datetime | None:
        """When a job that is planned and not done is due; None: there is none."""
        found = select(jobs.c.due_at).where(jobs.c.key == key, jobs.c.done_at.is_(None))
        return (await self._connection.execute(found)).scalar_one_or_none()

    async def postpone(self, job: Job, due_at: datetime) -> None:
        """A job that is not done yet is due at another moment."""
        waiting = update(jobs).where(jobs.c.key == job.key, jobs.c.done_at.is_(None))
        await self._connection.execute(waiting.values(due_at=due_at, holder=None, lease=None))

    async def forget(self, key: str) -> None:
        """A job that is not done yet never was planned."""
        waiting = jobs.c.key == key, jobs.c.done_at.is_(None)
        await self._connection.execute(delete(jobs).where(*waiting))

    async def settle(self, job: Job, at: datetime) -> bool:
        """The job is done with this transaction; False when it was done or dropped before."""
        waiting = update(jobs).where(jobs.c.key == job.key, jobs.c.done_at.is_(None))
        done = waiting.values(done_at=at, holder=None, lease=None)
        return (await self._connection.execute(done)).rowcount == 1


class JobQueue:
    """The jobs that are due, taken under a lease so that no two processes begin the same.

    Args:
        writer: everything is written through it.
        holder: a name of this process.
    """

    def __init__(self, writer: Writer, holder: str) -> None:
        self._writer = writer
        self._holder = holder

    async def claim(self, now: datetime, limit: int) -> list[Job]:
        """Take what is due at a moment, at most ``limit``, the most overdue first."""
        free = or_(jobs.c.lease.is_(None), jobs.c.lease < self._writer.moment())
        due = and_(jobs.c.done_at.is_(None), jobs.c.due_at <= now, free)
        first = select(jobs.c.key).where(due).order_by(jobs.c.due_at, jobs.c.key).limit(limit)
        shared = first.with_for_update(skip_locked=True)
        taking = (
            update(jobs)
            .where(jobs.c.key.in_(shared), due)
            .values(holder=self._holder, lease=self._writer.moment(LEASE))
            .returning(jobs.c.key, jobs.c.kind, jobs.c.due_at, jobs.c.ticket_id)
        )

        async def work(connection: AsyncConnection) -> list[Job]:
            rows = [Job(*row) for row in await connection.execute(taking)]
            return sorted(rows, key=lambda job: (job.due_at, job.key))

        return await self._writer.run(work)
