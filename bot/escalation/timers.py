"""What is done about a ticket when nothing happens: reminders of the desk, the end after a silence.

Every job has a key that names the ticket and the waiting that it belongs to, so that it is done
once, by whichever process is there; all fall into the desk's hours.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.escalation.opening_hours import NeverOpenError, OpeningHours
from bot.escalation.ports import Job
from kb.opening import Duration, parse_duration, parse_steps

if TYPE_CHECKING:
    from datetime import datetime

    from bot.escalation.ports import Records
    from bot.escalation.tickets import Ticket
    from kb.entries import Desk

REMINDER, NOTICE, CLOSE, CURATED = "reminder", "notice", "close", "curated"
OF_DESK, OF_ASKER = (REMINDER,), (NOTICE, CLOSE)
ALL = (*OF_DESK, *OF_ASKER)
_MINUTE = timedelta(minutes=1)
_NOTICE_SHARE = 0.75
"""Of the time until the end after which the asker is told that it comes."""


def wait_of(moment: datetime) -> int:
    """What names a waiting in a key: the second in which it began."""
    return int(moment.timestamp())


def step_of(job: Job) -> tuple[int, int]:
    """The waiting that a reminder belongs to, and its place among the reminders, from 1."""
    _, _, wait, step = job.key.split(":")
    return int(wait), int(step)


async def plan_reminder(
    records: Records, ticket: Ticket, desk: Desk, after: datetime, step: int
) -> None:
    """Plan a reminder of the desk, reckoned from a moment; none when its file names no more."""
    steps = parse_steps(desk.remind_after)
    if ticket.waiting_since is None or step > len(steps):
        return
    due_at = _add(desk, after, steps[step - 1])
    if due_at is not None:
        key = f"{REMINDER}:{ticket.id}:{wait_of(ticket.waiting_since)}:{step}"
        await records.jobs.plan(Job(key, REMINDER, due_at, ticket.id))


async def plan_end(records: Records, ticket: Ticket, desk: Desk, since: datetime) -> None:
    """Plan the end of a ticket whose asker says nothing from a moment on, and the notice of it."""
    end = _add(desk, since, parse_duration(desk.close_after)) if desk.close_after else None
    if end is None:
        return
    hours = OpeningHours.of(desk)
    minutes = int(hours.between(since, end) * _NOTICE_SHARE / _MINUTE)
    notice = hours.add(since, Duration(0, minutes))
    for kind, due_at in ((NOTICE, notice), (CLOSE, end)):
        job = Job(f"{kind}:{ticket.id}:{wait_of(since)}", kind, due_at, ticket.id)
        await records.jobs.plan(job)


def _add(desk: Desk, moment: datetime, time_of_work: Duration) -> datetime | None:
    try:
        return OpeningHours.of(desk).add(moment, time_of_work)
    except NeverOpenError:
        return None


def next_open(desk: Desk, at: datetime) -> datetime:
    """When a desk is open next, ``at`` when it is; one that never is counts as open."""
    try:
        return OpeningHours.of(desk).next_open(at)
    except NeverOpenError:
        return at
