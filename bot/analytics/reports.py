"""What the operator wants to know of the journal: figures, and the lines that show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.analytics.handling import add_up, handling_ever
from bot.conversation.replies.dates import screen_zone
from bot.store.queries import NOTHING, reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo
    from pathlib import Path

    from bot.analytics.handling import Handling
    from bot.store.database.database import Database
    from bot.store.queries import Complaint, Count, Span
    from kb.entries import Desk

TOP = 10
"""How many entries a list of the report shows."""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one journal.

    Attributes:
        journal: the database they come from.
        span: number of turns, first and last moment (UTC).
        median_latency_ms: half of the decisions were faster.
        actions: turns by what was decided.
        shown: turns by what the reply showed, which is other than that when a person was asked for.
        wordless: turns without words, by what came.
        desks: turns by desk shown.
        asked: the entries shown as answers most often.
        useless: the entries most often said not to help, whichever way they came to be shown.
        handled: what became of the tickets of each desk.
    """

    journal: str
    span: Span = NOTHING
    median_latency_ms: float = 0.0
    actions: tuple[Count, ...] = ()
    shown: tuple[Count, ...] = ()
    wordless: tuple[Count, ...] = ()
    desks: tuple[Count, ...] = ()
    asked: tuple[Count, ...] = ()
    useless: tuple[Complaint, ...] = ()
    handled: Mapping[str, Handling] = field(default_factory=dict)

    @property
    def texts(self) -> int:
        """Number of turns with words, on which something was decided."""
        return _total(self.shown)


async def figures(
    database: Database,
    desks: Mapping[str, Desk] = MappingProxyType({}),
    now: datetime | None = None,
) -> Report:
    """The figures of a journal; those of a missing or empty one are zero.

    Args:
        database: where it is.
        desks: with their hours, in which the delays of their replies are counted.
        now: the present moment, for tests.

    Raises:
        StoreError: the file is there and cannot be read, or is no journal.
    """
    if _is_empty(database.path):
        return Report(database.name)
    async with reading(database) as reader:
        span, shown = await reader.span(), await reader.shown()
        return Report(
            database.name,
            span,
            await reader.median_latency(),
            tuple(await reader.actions()),
            tuple(shown),
            tuple(await reader.wordless()),
            tuple(await reader.desks()),
            tuple(await reader.entries(TOP)),
            tuple(await reader.complaints(TOP)),
            await handling_ever(reader.transaction, desks, now or datetime.now(UTC)),
        )


def _total(counts: Iterable[Count]) -> int:
    return sum(count.times for count in counts)


def _is_empty(file: Path | None) -> bool:
    return file is not None and (not file.exists() or not file.stat().st_size)


def render(report: Report, titles: Mapping[str, str]) -> str:
    """The report as lines of text; ``titles`` gives the entries' titles by id."""
    span = report.span
    if not span.turns or span.since is None or span.until is None:
        return f"No turn is recorded yet: {report.journal} is missing or empty."
    zone = screen_zone()
    lines = [
        f"Turns: {span.turns}",
        f"Period: {_moment(span.since, zone)} to {_moment(span.until, zone)} ({zone})",
        f"Median latency: {report.median_latency_ms:.2f} ms",
        *_section("Actions", _shares(report.actions, report.texts)),
        *_section("Shown", _shares(report.shown, report.texts)),
        *_section("Without words", _shares(report.wordless, span.turns)),
        *_section("Desks", _shares(report.desks, report.texts)),
        *_section("Most asked entries", _shares(report.asked, report.texts, titles)),
        *_section("Least useful entries", _complaints(report.useless, titles)),
        *_section("Tickets", _desk_lines(report.handled)),
    ]
    return "\n".join(lines)


def _moment(at: datetime, zone: tzinfo) -> str:
    # With the name of the offset: when summer ends, one hour comes twice.
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    return ["", f"{title}:", *(list(lines) or ["  none"])]


def _shares(
    counts: Iterable[Count], total: int, titles: Mapping[str, str] | None = None
) -> list[str]:
    return [
        f"{number:7}  {_percent(number, total)}  {_name_with_title(name, titles or {})}"
        for name, number in counts
    ]


def _complaints(complaints: Iterable[Complaint], titles: Mapping[str, str]) -> list[str]:
    return [
        f"{useless:7}  {_percent(useless, judged)}  of {judged} judged  "
        f"{_name_with_title(entry, titles)}"
        for entry, useless, judged in complaints
    ]


def _desk_lines(handled: Mapping[str, Handling]) -> list[str]:
    every = {"all desks": add_up(handled.values())} if len(handled) > 1 else {}
    return [
        f"{one.tickets:7}  {name}  {describe_handling(one)}"
        for name, one in {**handled, **every}.items()
    ]


def describe_handling(one: Handling) -> str:
    """How tickets were handled, in a line: first replies, kept promises, overdue, passed on."""
    hours = "none" if one.median_hours is None else f"{one.median_hours:.1f} h of work"
    return (
        f"first reply: {hours} ({len(one.hours)}), in time: {one.kept} of {one.promised}, "
        f"overdue: {one.overdue}, passed on: {one.away}"
    )


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:6.1%}"


def _name_with_title(name: str, titles: Mapping[str, str]) -> str:
    return f"{name}  {titles[name]}" if name in titles else name
