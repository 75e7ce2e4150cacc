"""Figures and rows for an operator: counts of a period, and files of what the journal holds."""

from __future__ import annotations

import json
import logging
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING

from bot.analytics.exporting import export_pieces, refuse_missing_format
from bot.analytics.handling import handling_by_desk
from bot.analytics.overview import Row, rows_of, start_of_day
from bot.analytics.refresh import rebuild_episodes, refresh_episodes
from bot.analytics.reports import describe_handling
from bot.conversation.replies.dates import screen_zone
from bot.store.autonomy import AutonomyRecords, lowered_states
from bot.store.exports import Exports
from bot.store.figures import Cohort, Figures
from bot.store.opening import open_existing_store
from bot.store.outcomes import OUTCOMES
from kb.loader import load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date

    from bot.analytics.exporting import Format
    from bot.analytics.handling import HandledDesks, Handling
    from bot.ops.settings import Settings
    from bot.store.exports import Exported
    from bot.store.store import Store

_log = logging.getLogger(__name__)
_DAYS = 28


def period(since: date | None, until: date | None, now: datetime | None = None) -> Cohort:
    """Days of Paris, both ends included; without a name, the last four weeks, today included."""
    now = now or datetime.now(UTC)
    last = until or now.astimezone(screen_zone()).date()
    first = since or last - timedelta(days=_DAYS - 1)
    return Cohort(start_of_day(first), start_of_day(last + timedelta(days=1)), now)


async def count_by(settings: Settings, cohort: Cohort, column: str, *, as_json: bool) -> str:
    """Episodes of a period by ``entry``, ``desk`` or ``channel`` and class, as lines or as JSON.

    By desk, what became of its tickets stands beside it.

    Raises:
        StoreError: the database cannot be used.
        ContentError: the desks cannot be read.
    """
    async with _fresh(settings) as store:
        rows = await store.reader.run(lambda t: _rows(Figures(t, cohort), column))
        handled = await _handling(store, settings, cohort) if column == "desk" else {}
        known = await store.reader.run(lambda t: AutonomyRecords(t).all())
    rows += [Row(desk) for desk in handled if desk not in {row.name for row in rows}]
    # Only entries have an autonomy: a desk may be called like one.
    states = lowered_states(known) if column == "entry" else {}
    if as_json:
        found = [
            _as_object(row, states.get(row.name, "repond"), column)
            | ({"tickets": _tickets(handled[row.name])} if row.name in handled else {})
            for row in rows
        ]
        return json.dumps({"by": column, "rows": found}, ensure_ascii=False)
    lines = [_line(row, handled.get(row.name), states.get(row.name, "")) for row in rows]
    return "\n".join(lines) or "no episode began in this period"


async def rebuild(settings: Settings) -> str:
    """Make all episodes from the start; what was done, in a line.

    Raises:
        StoreError: the database cannot be used.
    """
    async with await open_existing_store(settings) as store:
        chats = await rebuild_episodes(store)
    return f"the episodes of {chats} chats were made anew"


async def write_rows(
    settings: Settings, cohort: Cohort, kind: Exported, form: Format, out: IO[bytes], *, texts: bool
) -> None:
    """Write rows of a period to ``out``, a piece at a time; that it was done is logged.

    Raises:
        NoParquetError: the format is Parquet, and its library is not installed.
        StoreError: the database cannot be used.
    """
    refuse_missing_format(form)
    _log.info("An export of %s (%s%s) was made.", kind, form, ", with texts" if texts else "")
    async with _fresh(settings) as store, store.reader.open() as connection:
        exports = Exports(connection, cohort.since, cohort.until, cohort.now)
        async for piece in export_pieces(exports, kind, form, texts=texts):
            out.write(piece)
        out.flush()


@asynccontextmanager
async def _fresh(settings: Settings) -> AsyncIterator[Store]:
    """The store, with the episodes up to date."""
    async with await open_existing_store(settings) as store:
        await refresh_episodes(store)
        yield store


async def _rows(figures: Figures, column: str) -> list[Row]:
    return rows_of(await figures.by(column))


def _classes(row: Row) -> dict[str, int]:
    return {name: row.outcomes[name] for name in OUTCOMES}


def _line(row: Row, handled: Handling | None, state: str) -> str:
    classes = ", ".join(f"{number} {name}" for name, number in _classes(row).items() if number)
    of_tickets = f"; tickets: {handled.tickets}, {describe_handling(handled)}" if handled else ""
    return f"{row.number:7}  {row.name}  ({classes}){of_tickets}" + (
        f"  [{state}]" if state else ""
    )


async def _handling(store: Store, settings: Settings, cohort: Cohort) -> HandledDesks:
    desks = load(settings.kb_dir).desks
    return await store.reader.run(lambda t: handling_by_desk(t, cohort, desks))


def _tickets(one: Handling) -> dict[str, float | None]:
    return {
        "opened": one.tickets,
        "replied": len(one.hours),
        "median_hours_of_work": one.median_hours,
        "promised": one.promised,
        "kept": one.kept,
        "overdue": one.overdue,
        "passed_on": one.away,
    }


def _as_object(row: Row, state: str, column: str) -> dict[str, str | int]:
    autonomy = {"autonomy": state} if column == "entry" else {}
    return {"name": row.name, "episodes": row.number, **autonomy, **_classes(row)}
