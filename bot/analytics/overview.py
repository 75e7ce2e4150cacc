"""What a period looks like: counts by class, by day and hour of Paris, and what was resolved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.analytics.proportions import FEW, Bounds, bound_share
from bot.conversation.replies.dates import screen_zone
from bot.store.figures import Figures
from bot.store.outcomes import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.figures import Cell, Cohort, Line
    from bot.store.outcomes import Outcome
    from bot.store.store import Transaction

_NOT_JUDGED: tuple[Outcome, ...] = ("hors sujet", "trop tôt")
"""Of what was not ours, and of what may still change, nothing can have been resolved."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, with how sure it is.

    Attributes:
        found: how many; ``number``: of how many.
        bounds: of the true share, 95 %.
    """

    found: int
    number: int

    @property
    def bounds(self) -> Bounds:
        """An interval that holds the true share 95 times of 100, each end in [0, 1]."""
        return bound_share(self.found, self.number)

    @property
    def is_few(self) -> bool:
        """Whether there are too few to speak of a percentage."""
        return self.number < FEW

    @property
    def value(self) -> float:
        """The share, in [0, 1]; 0 of nothing."""
        return self.found / self.number if self.number else 0.0


class Totals(NamedTuple):
    """Three counts that are never taken for one another.

    Attributes:
        episodes: what was wanted; ``people``: chats that wanted it, those that were forgotten
            as one; ``messages``: what was written.
    """

    episodes: int
    people: int
    messages: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was resolved without a person lies between these two shares, of the same episodes.

    Attributes:
        confirmed: people said that it helped.
        supposed: they said so, or said nothing after a direct answer.
    """

    confirmed: Share
    supposed: Share


@dataclass(frozen=True, slots=True)
class Overview:
    """One cohort of episodes.

    Attributes:
        totals: episodes, people and messages.
        outcomes: episodes by class, every class named, in the order in which they are tried.
        resolved: what was resolved without a person.
        days: episodes by day of Paris and class, every day of the period named.
        hours: episodes by hour of the day in Paris, 0 to 23.
        channels: episodes by channel.
    """

    totals: Totals
    outcomes: dict[Outcome, int]
    resolved: Resolved
    days: dict[date, Counter[Outcome]]
    hours: list[int]
    channels: dict[str, int]


@dataclass(slots=True)
class Row:
    """The episodes of one entry, desk or channel.

    Attributes:
        name: the id of it.
        outcomes: by class.
    """

    name: str
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    @property
    def number(self) -> int:
        """All of them."""
        return self.outcomes.total()


async def overview(transaction: Transaction, cohort: Cohort) -> Overview:
    """All that is shown of a cohort at the first look, read in one transaction."""
    figures = Figures(transaction, cohort)
    # One look at the episodes tells all but how many people they were.
    cells = await figures.cells()
    counts: Counter[Outcome] = Counter()
    channels: Counter[str] = Counter()
    for cell in cells:
        counts.update(cell.outcomes)
        channels[cell.channel] += sum(cell.outcomes.values())
    messages = sum(cell.messages for cell in cells)
    return Overview(
        Totals(counts.total(), await figures.people(), messages),
        {name: counts[name] for name in OUTCOMES},
        resolved_of(counts),
        _by_day(cells, cohort),
        _by_hour(cells),
        dict(channels.most_common()),
    )


def resolved_of(counts: dict[Outcome, int] | Counter[Outcome]) -> Resolved:
    """What was resolved, of the episodes that were ours and are old enough."""
    judged = sum(number for name, number in counts.items() if name not in _NOT_JUDGED)
    confirmed = counts.get("confirmé", 0)
    return Resolved(Share(confirmed, judged), Share(confirmed + counts.get("supposé", 0), judged))


def rows_of(lines: Iterable[Line]) -> list[Row]:
    """One row a name, the most frequent first."""
    rows: dict[str, Row] = {}
    for line in lines:
        rows.setdefault(line.name, Row(line.name)).outcomes[line.outcome] += line.number
    return sorted(rows.values(), key=lambda row: (-row.number, row.name))


def start_of_day(day: date) -> datetime:
    """The first moment of a day in Paris."""
    return datetime(day.year, day.month, day.day, tzinfo=screen_zone())


def _by_day(cells: Iterable[Cell], cohort: Cohort) -> dict[date, Counter[Outcome]]:
    zone = screen_zone()
    first = cohort.since.astimezone(zone).date()
    last = (cohort.until - timedelta(microseconds=1)).astimezone(zone).date()
    number = (last - first).days + 1
    days: dict[date, Counter[Outcome]] = {
        first + timedelta(days=day): Counter() for day in range(max(0, number))
    }
    for cell in cells:
        days[cell.hour.astimezone(zone).date()].update(cell.outcomes)
    return days


def _by_hour(cells: Iterable[Cell]) -> list[int]:
    hours, zone = [0] * 24, screen_zone()
    for cell in cells:
        hours[cell.hour.astimezone(zone).hour] += sum(cell.outcomes.values())
    return hours
