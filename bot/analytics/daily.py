"""Counts each day of Paris once it is settled, so that its figures outlive purge and erasure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.analytics.overview import rows_of, start_of_day
from bot.conversation.replies.dates import screen_zone
from bot.store.daily import DayCount, first_start, put_counts
from bot.store.figures import Cohort, Figures
from bot.store.marks import move_mark, read_mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.store.store import Store, Transaction

SETTLED_DAYS = 8
"""A day so old cannot change any more: nobody comes back to its conversations within a week."""

FEW = 5
"""A smaller count might lead to somebody: such counts are added up."""

OTHERS = "autres"
MARK = "daily"
_DAY = timedelta(days=1)


async def count_days(store: Store, now: datetime | None = None) -> int:
    """Count the settled days that were not counted before; how many days.

    Args:
        store: where the episodes are, up to date.
        now: the present moment, for tests.

    Raises:
        StoreError: the database cannot be used.
    """
    moment = now or datetime.now(UTC)
    end = moment.astimezone(screen_zone()).date() - timedelta(days=SETTLED_DAYS)
    number = 0
    while await store.write(lambda transaction: _count_next(transaction, end, moment)):
        number += 1
    return number


async def _count_next(transaction: Transaction, end: date, now: datetime) -> bool:
    """Count one day before ``end``; False when none is left."""
    last = await read_mark(transaction, MARK)
    if last:
        day = date.fromordinal(last + 1)
    else:
        first = await first_start(transaction)
        day = first.astimezone(screen_zone()).date() if first else end
    if day >= end:
        return False
    await put_counts(transaction, await _count(transaction, day, now))
    await move_mark(transaction, MARK, day.toordinal())
    return True


async def _count(transaction: Transaction, day: date, now: datetime) -> list[DayCount]:
    whole = Cohort(start_of_day(day), start_of_day(day + _DAY), now)
    found: list[DayCount] = []
    for row in rows_of(await Figures(transaction, whole).by("channel")):
        figures = Figures(transaction, Cohort(whole.since, whole.until, now, row.name))
        found += _counts(day, row.name, "outcome", dict[str, int](row.outcomes.items()))
        for what in ("action", "entry", "desk"):
            named = {each.name: each.number for each in rows_of(await figures.by(what))}
            found += _counts(day, row.name, what, named)
    return found


def _counts(day: date, channel: str, what: str, named: Mapping[str, int]) -> Iterator[DayCount]:
    few = sum(number for number in named.values() if number < FEW)
    for name, number in [*named.items(), (OTHERS, few)]:
        if number >= FEW or (name == OTHERS and number):
            yield DayCount(day, channel, what, name, number)
