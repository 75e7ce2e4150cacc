"""Sixty cases of working time, and its arithmetic at random. Point 12.

Lunch, Fridays, the eleven holidays, Alsace and overseas, both changes of the clocks, closed
periods, a leap day. Run by hand: ``python -m tests.acceptance.ticket_calendar --seed 1``
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kb.opening import Duration, parse_duration
from tests.acceptance.harness import Run, play
from tests.bot.escalation.test_opening_hours import ADDED, DAYS, NIGHT, OFFICE, OTHERS, at, hours

TRIES = 2_000
MINUTE = timedelta(minutes=1)
BEGIN, SPAN = datetime(2026, 1, 1, tzinfo=UTC), 4 * 366 * 24 * 60


async def main(run: Run) -> None:
    cases = [(hours(), *case) for case in ADDED] + list(OTHERS)
    right = sum(
        desk.add(at(start), parse_duration(time)) == at(end) for desk, start, time, end in cases
    )
    run.exactly(f"12 cases that come out right, of {len(cases)}", right, len(cases))
    run.check("12 cases looked at", len(cases), ">= 60", met=len(cases) >= 60)
    kinds = [
        hours(OFFICE),
        hours(DAYS, "alsace-moselle"),
        hours(NIGHT, "aucun"),
        hours(OFFICE, "mayotte"),
    ]
    apart = 0
    tries = 200 if run.short else TRIES
    for _ in range(tries):
        desk = run.dice.choice(kinds)
        start = BEGIN + run.dice.randrange(SPAN) * MINUTE
        minutes = run.dice.randrange(1, 6_000)
        end = desk.add(start, Duration(0, minutes))
        apart += desk.between(start, end) != minutes * MINUTE
    run.exactly(f"12 sums whose difference is not what was added, of {tries}", apart, 0)


if __name__ == "__main__":
    play(main, __doc__)
