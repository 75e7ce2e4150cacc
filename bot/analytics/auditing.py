"""Draws direct replies for the audits, and says how each promise stands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from bot.analytics.autonomy import is_new
from bot.analytics.drawing import is_drawn, monday_of, rate_of_week, weeks_before
from bot.analytics.promise import judge_promise
from bot.analytics.refresh import UNSETTLED
from bot.store.audits import CHOSEN, PROMISED, Audits
from bot.store.autonomy import AutonomyRecords
from bot.store.drift import doubled_weeks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from bot.analytics.promise import Standing
    from bot.store.audits import Drawn, Promised
    from bot.store.store import Store, Transaction

TOGETHER = 500
"""Direct replies that are looked at in one transaction."""

PARTS: Mapping[Drawn, float] = {"answer": 1.0, "route": 0.25, "decline": 0.25, CHOSEN: 1.0}
"""Of the number to be drawn a week, the part of each kind: an editor's time is short."""

WATCHED = 3
"""How much more often an entry is drawn that is new."""

DRIFTING = 2
"""How much more often everything is drawn for a while after the traffic has changed."""


async def draw_audits(store: Store, wanted: int, now: datetime | None = None) -> int:
    """Draw from all direct replies that were not looked at; how many were drawn.

    Args:
        store: where the journal is.
        wanted: answers to be drawn a week.
        now: the present moment, for tests.

    Raises:
        StoreError: the database cannot be used.
    """
    before = (now or datetime.now(UTC)) - UNSETTLED
    drawn = 0
    while (number := await store.write(lambda t: _draw_some(t, store.key, wanted, before))) >= 0:
        drawn += number
    return drawn


async def standings(
    store: Store, targets: Mapping[Promised, float], model: str, now: datetime | None = None
) -> list[Standing]:
    """How each promise stands.

    Args:
        store: where the labels are.
        targets: the promised error rate of each kind.
        model: the fingerprint of the model in force.
        now: the present moment, for tests.

    Raises:
        StoreError: the database cannot be used.
    """
    audited = await store.reader.run(lambda transaction: Audits(transaction).all())
    moment = now or datetime.now(UTC)
    return [judge_promise(audited, kind, targets[kind], model, moment) for kind in PROMISED]


class _Rates:
    """The rate at which each kind of reply is drawn in each week.

    Args:
        audits: counts what came before.
        wanted: answers to be drawn a week.
        doubled: the Mondays of the weeks in which more is drawn, since the traffic has changed.
    """

    def __init__(self, audits: Audits, wanted: int, doubled: Collection[date]) -> None:
        self._audits = audits
        self._wanted = wanted
        self._doubled = doubled
        self._known: dict[tuple[Drawn, datetime], float] = {}

    async def of(self, kind: Drawn, at: datetime) -> float:
        """The rate of a kind in the week of a moment, in [0, 1]."""
        week = kind, monday_of(at)
        if week not in self._known:
            rate = rate_of_week(await self._count(kind, week[1]), self._wanted * PARTS[kind])
            more = DRIFTING if week[1].date() in self._doubled else 1
            self._known[week] = min(1.0, rate * more)
        return self._known[week]

    async def _count(self, kind: Drawn, monday: datetime) -> int:
        if kind == "chosen":
            return await self._audits.count_choices(*weeks_before(monday))
        return await self._audits.count_direct(kind, *weeks_before(monday))


class _Draw(NamedTuple):
    """What decides whether a reply is drawn.

    Attributes:
        audits: where what is drawn is written; ``rates``: how often that is.
        new: ids of the entries that are drawn more often.
        key: nobody without it can foresee the draw.
        at: when it is drawn.
    """

    audits: Audits
    rates: _Rates
    new: Collection[str]
    key: bytes
    at: datetime

    async def draw(self, turn: int, at: datetime, kind: Drawn, entry: str | None) -> bool:
        """Whether a reply of a moment is drawn; then it is written down."""
        rate = await self.rates.of(kind, at)
        more = min(1.0, rate * WATCHED) if entry in self.new else rate
        if not is_drawn(self.key, turn, more):
            return False
        extra = not is_drawn(self.key, turn, rate)
        chosen = entry if kind == CHOSEN else None
        await self.audits.put(turn, self.at, more, chosen, extra=extra)
        return True


async def _draw_some(transaction: Transaction, key: bytes, wanted: int, before: datetime) -> int:
    """Look at some; how many were drawn, -1 when none was left to look at."""
    audits = Audits(transaction)
    replies = await audits.next_direct(before, TOGETHER)
    presses = await audits.next_choices(before, TOGETHER)
    if not replies and not presses:
        return -1
    known = await AutonomyRecords(transaction).all()
    new = {name for name, standing in known.items() if is_new(standing)}
    rates = _Rates(audits, wanted, await doubled_weeks(transaction))
    draw = _Draw(audits, rates, new, key, before).draw
    drawn = [await draw(reply.turn, reply.at, reply.kind, reply.entry) for reply in replies]
    chosen = [(press.turn, press.at, press.entry) for press in presses if press.entry]
    drawn += [await draw(turn, at, CHOSEN, entry) for turn, at, entry in chosen]
    return sum(drawn)
