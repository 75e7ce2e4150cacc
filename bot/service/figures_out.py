"""Figures and rows for an operator: counts of a period, and files of what the journal holds."""

from __future__ import annotations

import json
import logging
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TextIO

from bot.analytics.overview import rows_of, start_of_day
from bot.analytics.refresh import rebuild_episodes, refresh_episodes
from bot.analytics.tables_out import as_csv, as_json_lines
from bot.conversation.replies.dates import screen_zone
from bot.store.exports import Exports
from bot.store.figures import Cohort, Figures
from bot.store.opening import open_existing_store
from bot.store.outcomes import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date

    from bot.analytics.overview import Row
    from bot.analytics.tables_out import Format
    from bot.ops.settings import Settings
    from bot.store.exports import Exported
    from bot.store.store import Store

_log = logging.getLogger(__name__)
_DAYS = 28
_WRITERS = {"csv": as_csv, "jsonl": as_json_lines}


def period(since: date | None, until: date | None, now: datetime | None = None) -> Cohort:
    """Days of Paris, both ends included; without a name, the last four weeks, today included."""
    now = now or datetime.now(UTC)
    last = until or now.astimezone(screen_zone()).date()
    first = since or last - timedelta(days=_DAYS - 1)
    return Cohort(start_of_day(first), start_of_day(last + timedelta(days=1)), now)


async def count_by(settings: Settings, cohort: Cohort, column: str, *, as_json: bool) -> str:
    """Episodes of a period by ``entry``, ``desk`` or ``channel`` and class, as lines or as JSON.

    Raises:
        StoreError: the database cannot be used.
    """
    async with _fresh(settings) as store:
        rows = await store.reader.run(lambda t: _rows(Figures(t, cohort), column))
    if as_json:
        found = [{"name": row.name, "episodes": row.number, **_classes(row)} for row in rows]
        return json.dumps({"by": column, "rows": found}, ensure_ascii=False)
    return "\n".join(map(_line, rows)) or "no episode began in this period"


async def rebuild(settings: Settings) -> str:
    """Make all episodes from the start; what was done, in a line.

    Raises:
        StoreError: the database cannot be used.
    """
    async with await open_existing_store(settings) as store:
        chats = await rebuild_episodes(store)
    return f"the episodes of {chats} chats were made anew"


async def write_rows(
    settings: Settings, cohort: Cohort, kind: Exported, form: Format, out: TextIO, *, texts: bool
) -> None:
    """Write rows of a period to ``out``, a piece at a time; that it was done is logged.

    Raises:
        StoreError: the database cannot be used.
    """
    _log.info("An export of %s (%s%s) was made.", kind, form, ", with texts" if texts else "")
    async with _fresh(settings) as store, store.reader.open() as connection:
        exports = Exports(connection, cohort.since, cohort.until, cohort.now)
        columns, write = exports.columns(kind, texts=texts), _WRITERS[form]
        out.writelines(write(columns, []))
        async for row in exports.rows(kind, texts=texts):
            *_, line = write(columns, [row])
            out.write(line)


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


def _line(row: Row) -> str:
    classes = ", ".join(f"{number} {name}" for name, number in _classes(row).items() if number)
    return f"{row.number:7}  {row.name}  ({classes})"
