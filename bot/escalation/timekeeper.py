"""Does what is due about tickets; whoever has the job in hand calls it within a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.replies import desk_notes
from bot.conversation.replies import tickets as said
from bot.escalation import timers
from bot.escalation.curated import CuratedAnswers
from bot.escalation.ticket_work import Done

if TYPE_CHECKING:
    from bot.escalation.casework import Casework
    from bot.escalation.ports import Job, Records
    from bot.escalation.tickets import Ticket


class Timekeeper:
    """Reminds desks, and ends what nobody answers.

    Args:
        casework: works on the tickets.
    """

    def __init__(self, casework: Casework) -> None:
        self._casework = casework
        self._do = {
            timers.REMINDER: self._remind,
            timers.NOTICE: self._warn,
            timers.CLOSE: self._close,
            timers.CURATED: CuratedAnswers(casework).send,
        }

    async def run(self, records: Records, job: Job) -> Done | None:
        """Do a job, once; None: it was done already, or is no longer wanted.

        One that comes late, since no process was there, and outside of the desk's hours, is planned
        anew for when the desk opens.
        """
        ticket = await records.tickets.get(job.ticket_id)
        # The ticket is held first, as by everybody else: two who wait for each other cannot be.
        if ticket is None or await self._put_off(records, ticket, job):
            return None
        if not await records.jobs.settle(job, self._casework.clock()):
            return None
        return await self._do[job.kind](records, ticket, job)

    async def _put_off(self, records: Records, ticket: Ticket, job: Job) -> bool:
        """Whether the desk is closed now, and the job waits until it opens."""
        if job.kind == timers.CURATED:
            return False  # somebody is there, and has pressed
        desk, at = self._casework.desks.find(ticket.desk), self._casework.clock()
        opens = timers.next_open(desk, at) if desk else at
        if opens == at:
            return False
        await records.jobs.postpone(job, opens)
        return True

    async def _remind(self, records: Records, ticket: Ticket, job: Job) -> Done | None:
        wait, step = timers.step_of(job)
        desk = self._casework.desks.find(ticket.desk)
        since = ticket.waiting_since
        if desk is None or not ticket.is_live or since is None or timers.wait_of(since) != wait:
            return None
        at = self._casework.clock()
        await records.tickets.note(ticket, "reminded", at, "bot", key=job.key, what=str(step))
        await timers.plan_reminder(records, ticket, desk, job.due_at, step + 1)
        reply = desk_notes.reminder(ticket.number, ticket.due_at, step)
        return Done(ticket, self._casework.outgoing.to_desk(ticket, reply))

    async def _warn(self, records: Records, ticket: Ticket, job: Job) -> Done | None:
        closes_at = await records.jobs.due_of(job.key.replace(timers.NOTICE, timers.CLOSE, 1))
        if ticket.state != "waiting" or closes_at is None:
            return None
        at = self._casework.clock()
        await records.tickets.note(ticket, "warned", at, "bot", key=job.key)
        reply = said.silence_notice(ticket.number, closes_at)
        outgoing = self._casework.outgoing
        return Done(ticket, await outgoing.to_asker(records, ticket, reply, by_mail=True))

    async def _close(self, records: Records, ticket: Ticket, _: Job) -> Done | None:
        if ticket.state != "waiting":
            return None
        return await self._casework.close(records, ticket, "silence")
