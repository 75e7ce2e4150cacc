"""Counts the traffic of each week once it is over, once for all processes, and compares it."""

from __future__ import annotations

import logging
import re
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.analytics.drawing import monday_of
from bot.analytics.drift import compare_week, count_week
from bot.conversation.replies.dates import screen_zone
from bot.store.drift import Week, Weeks
from bot.store.marks import move_mark, read_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.analytics.drift import WordRead
    from bot.store.store import Store, Transaction

MARK = "drift"
LOOK_BACK = 12
"""Weeks that are counted afterwards by a service that was down: texts are kept 90 days."""

_MASKED = re.compile(r"\[[^\]\n]{0,60}\]")
"""What the scrubbing has put in the place of a name or a number is no word of anybody's."""

_log = logging.getLogger(__name__)


class Reader(Protocol):
    """Who knows which words the model in force has seen."""

    @property
    def fingerprint(self) -> str:
        """Of the model in force."""
        ...

    async def read_words(self, texts: Sequence[str]) -> list[list[WordRead]]:
        """The words of each text."""
        ...


async def note_weeks(store: Store, current: Reader, now: datetime) -> list[Week]:
    """Count the weeks that are over and not counted yet; those with messages that it counted.

    Raises:
        StoreError: the database cannot be used.
    """
    over = monday_of(now).date() - timedelta(weeks=1)
    seen = await store.write(lambda transaction: read_mark(transaction, MARK))
    weeks = (over - timedelta(weeks=number) for number in reversed(range(LOOK_BACK)))
    noted = [await _note(store, current, week) for week in weeks if week.toordinal() > seen]
    return [week for week in noted if week is not None]


async def _note(store: Store, current: Reader, monday: date) -> Week | None:
    model = current.fingerprint
    since, until = (_midnight(monday + timedelta(weeks=number)) for number in (0, 1))
    asked = await store.reader.run(lambda t: Weeks(t).messages_of(model, since, until))
    texts = [_MASKED.sub(" ", message.text) for message in asked]
    counts = count_week(asked, await current.read_words(texts))
    before = await store.reader.run(lambda t: Weeks(t).of(model))
    week = Week(model, monday, counts)
    if counts.messages:
        week = compare_week(week, [found for found in before if found.week < monday])
    if not await store.write(partial(_keep, week=week)) or not counts.messages:
        return None
    if week.signs:
        changed = ", ".join(sign.what for sign in week.signs)
        _log.warning("The traffic of the week of %s is other than before: %s.", monday, changed)
    return week


async def _keep(transaction: Transaction, week: Week) -> bool:
    """Keep a week unless another process has; whether it was kept."""
    number = week.week.toordinal()
    if await read_mark(transaction, MARK) >= number:
        return False
    if week.counts.messages:
        await Weeks(transaction).put(week)
    await move_mark(transaction, MARK, number)
    return True


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=screen_zone())
