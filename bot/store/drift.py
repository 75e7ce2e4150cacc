"""The weeks of the traffic in counts, and what was other in them than when their model was new."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from bot.conversation.turns import TEXT
from bot.store.autonomy_tables import drift
from bot.store.tables import insert_new, turns

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

MORE_WEEKS = 4
"""For so many weeks after a change more is drawn for the audits."""

BINS = 20
"""Steps in which probabilities are counted."""


@dataclass(slots=True)
class Counts:
    """One week of one model.

    Attributes:
        messages: with words, as far as these are kept.
        strange: messages with a word that the model does not know.
        words: of all these messages; ``unknown``: of them, unknown to the model.
        confidence: the sum of their probabilities; ``bins``: how many fell into each step.
        actions: how many were decided each way, whatever was made of it.
        heard: in how many messages each word stood that several chats used.
        strangers: those of these words that the model does not know.
    """

    messages: int = 0
    strange: int = 0
    words: int = 0
    unknown: int = 0
    confidence: float = 0.0
    bins: list[int] = field(default_factory=lambda: [0] * BINS)
    actions: dict[str, int] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)


class Sign(NamedTuple):
    """One share that is not what it was.

    Attributes:
        what: ``strange``, ``confidence`` or an action.
        before: the share in the first weeks; ``now``: in this one.
        chance: of at least such a difference, had nothing changed.
    """

    what: str
    before: float
    now: float
    chance: float


class Word(NamedTuple):
    """A word behind a change: the share of messages that hold it, before and now."""

    word: str
    is_known: bool
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Week:
    """A week of a model, and what in it was other than in the model's first weeks.

    Attributes:
        model: its fingerprint; ``week``: the Monday.
        counts: of the week.
        signs: what was other; none: nothing.
        words: those behind it, the most telling first.
        has_reference: whether there were weeks to compare it with.
    """

    model: str
    week: date
    counts: Counts
    signs: tuple[Sign, ...] = ()
    words: tuple[Word, ...] = ()
    has_reference: bool = False


class WeekMessage(NamedTuple):
    """One message of a week: its text as it is kept, what was decided, and from which chat."""

    text: str
    action: str
    confidence: float
    chat: str


class Weeks:
    """The weeks of a store, within one transaction.

    Args:
        connection: of the transaction.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, model: str) -> list[Week]:
        """The weeks of a model, in order."""
        found = select(drift).where(drift.c.model == model).order_by(drift.c.week)
        return [_week(row) for row in await self._connection.execute(found)]

    async def last(self, limit: int) -> list[Week]:
        """The last weeks of any model, the newest first."""
        found = select(drift).order_by(drift.c.week.desc(), drift.c.model).limit(limit)
        return [_week(row) for row in await self._connection.execute(found)]

    async def put(self, week: Week) -> None:
        """Keep a week, once."""
        said = {
            "signs": [sign._asdict() for sign in week.signs],
            "words": [word._asdict() for word in week.words],
            "has_reference": week.has_reference,
        }
        row = {"model": week.model, "week": week.week, "counts": asdict(week.counts), "found": said}
        await self._connection.execute(insert_new(drift, self._connection.dialect.name).values(row))

    async def messages_of(self, model: str, since: datetime, until: datetime) -> list[WeekMessage]:
        """The messages with words that a model decided on from ``since`` on, before ``until``."""
        columns = turns.c.text, turns.c.action, turns.c.deferred, turns.c.confidence, turns.c.chat
        query = select(*columns).where(
            *(turns.c.at >= since, turns.c.at < until),
            *(turns.c.model == model, turns.c.kind == TEXT, turns.c.text != ""),
        )
        rows = await self._connection.execute(query.order_by(turns.c.id))
        return [
            WeekMessage(r.text, _decision_of(r.action, r.deferred), r.confidence, r.chat)
            for r in rows
        ]


async def doubled_weeks(connection: AsyncConnection) -> frozenset[date]:
    """The Mondays of the weeks in which more is drawn, since the traffic has changed before."""
    flagged = [week.week for week in await Weeks(connection).last(4 * MORE_WEEKS) if week.signs]
    later = [timedelta(weeks=number + 1) for number in range(MORE_WEEKS)]
    return frozenset(monday + weeks for monday in flagged for weeks in later)


_ACTIONS = {"entry": "answer", "desk": "route", "family": "decline"}


def _decision_of(action: str, deferred: str | None) -> str:
    """What the model decided, whatever the labels made of it."""
    return _ACTIONS[deferred.partition(":")[0]] if deferred else action


def _week(row: Row[Any]) -> Week:
    signs = tuple(Sign(**sign) for sign in row.found["signs"])
    words = tuple(Word(**word) for word in row.found["words"])
    known = bool(row.found["has_reference"])
    return Week(row.model, row.week, Counts(**row.counts), signs, words, known)
