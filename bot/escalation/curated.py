"""A published answer that a desk chooses by one press: shown first, sent after some seconds, once.

What was pressed is kept as a label of the turn that led to the ticket: nothing is generated, and
the next training knows what somebody who knows has chosen.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.conversation import choices, desk_choices
from bot.conversation.replies import desk_notes
from bot.escalation import timers
from bot.escalation.ports import Job
from bot.escalation.ticket_work import Done, name_staff
from bot.escalation.tickets import NewMessage

if TYPE_CHECKING:
    from bot.conversation.messages import Delivery, Reply
    from bot.escalation.casework import Casework
    from bot.escalation.ports import Records
    from bot.escalation.staff import Staff
    from bot.escalation.tickets import (
        Ticket,
    )
    from kb.entries import FaqEntry

HOLD = timedelta(seconds=10)
ORIGIN = "curated"


class CuratedAnswers:
    """Prepares, sends and takes back published answers.

    Args:
        casework: works on the tickets.
    """

    def __init__(self, casework: Casework) -> None:
        self._casework = casework

    async def prepare(self, records: Records, ticket: Ticket, key: str, staff: Staff) -> Done:
        """Show an answer to the desk, and have it sent after ``HOLD``; pressed again: once."""
        entry = await self._find(records, ticket, key)
        if entry is None or not ticket.is_live:
            return self._say(ticket, desk_notes.no_such_answer(ticket.number))
        job, at = _job(ticket, key), self._casework.clock()
        if await records.jobs.due_of(job) is not None:
            return self._say(ticket, desk_notes.answer_is_ready(ticket.number))
        await records.jobs.plan(Job(job, timers.CURATED, at + HOLD, ticket.id))
        if await records.jobs.due_of(job) is None:
            return self._say(ticket, desk_notes.answer_was_sent(ticket.number))
        who = name_staff(staff)
        event = f"prepared:{ticket.id}:{key}:{at.timestamp()}"
        await records.tickets.note(ticket, "prepared", at, who, key=event, what=entry.id)
        text = self._casework.desks.published_text(entry.id)
        stop = desk_choices.data("stop", ticket.id, key)
        return self._say(ticket, desk_notes.ready_answer(text, int(HOLD.total_seconds()), stop))

    async def stop(self, records: Records, ticket: Ticket, key: str) -> Done:
        """Do not send an answer after all; it may be prepared again."""
        waited = await records.jobs.due_of(_job(ticket, key)) is not None
        await records.jobs.forget(_job(ticket, key))
        told = desk_notes.answer_is_stopped if waited else desk_notes.answer_was_sent
        return self._say(ticket, told(ticket.number))

    async def send(self, records: Records, ticket: Ticket, job: Job) -> Done | None:
        """The seconds are over: the answer goes to the asker, word for word, with its source."""
        entry = await self._find(records, ticket, job.key.rpartition(":")[2])
        if entry is None or not ticket.is_live:
            # Whoever has pressed was told that it leaves.
            return self._say(ticket, desk_notes.no_such_answer(ticket.number))
        staff = await self._who(records, ticket, entry.id)
        text = self._casework.desks.published_text(entry.id)
        said = NewMessage(
            "desk",
            text,
            staff=staff.id if staff else None,
            origin=ORIGIN,
            origin_id=f"{ticket.id}:{entry.id}:{ticket.version}",
        )
        done = await self._casework.answer(records, ticket, said, staff)
        if done is None:
            return None
        await records.labels.put(ticket, name_staff(staff), entry.id, self._casework.clock())
        note = self._to_desk(ticket, desk_notes.answer_was_sent(ticket.number))
        return Done(done.ticket, (*done.deliveries, *note), done.message)

    async def _who(self, records: Records, ticket: Ticket, entry: str) -> Staff | None:
        """Who pressed last for this answer."""
        events = await records.tickets.events(ticket)
        pressed = (e for e in reversed(events) if (e.kind, e.what) == ("prepared", entry))
        name = next((event.who for event in pressed), "").removeprefix("staff:")
        return await records.crew.get(int(name)) if name.isdecimal() else None

    async def _find(self, records: Records, ticket: Ticket, key: str) -> FaqEntry | None:
        """The entry of a key, among those that the ticket offers."""
        names = await records.tickets.candidates_of(ticket)
        name = next((name for name in names if choices.key(name) == key), "")
        return self._casework.desks.entry(name) if name else None

    def _say(self, ticket: Ticket, reply: Reply) -> Done:
        return Done(ticket, self._to_desk(ticket, reply))

    def _to_desk(self, ticket: Ticket, reply: Reply) -> tuple[Delivery, ...]:
        return self._casework.outgoing.to_desk(ticket, reply)


def _job(ticket: Ticket, key: str) -> str:
    return f"{timers.CURATED}:{ticket.id}:{key}"
