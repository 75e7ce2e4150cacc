"""The board, entries and desks: what was asked, what became of it, how much and when."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from bot.analytics.handling import add_up, handling_by_desk
from bot.analytics.overview import Row, overview, rows_of
from bot.analytics.spans import gather_days
from bot.channels.web.bureau import charts, formats, texts
from bot.channels.web.bureau.access import Page
from bot.channels.web.bureau.learning_texts import AUTONOMY, MEANING
from bot.channels.web.bureau.leaves import cut_leaf
from bot.channels.web.bureau.period import CHANNELS, period_of
from bot.conversation.caution import STATES
from bot.store.accounts import ROLES
from bot.store.autonomy import AutonomyRecords, Standing, lowered_states
from bot.store.desk_figures import Audited, audited_entries
from bot.store.figures import Figures
from bot.store.outcomes import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup
    from starlette.responses import Response

    from bot.analytics.handling import Handling
    from bot.analytics.spans import Spans
    from bot.channels.web.bureau.access import Visit
    from bot.channels.web.bureau.paper import Paper
    from bot.channels.web.bureau.period import Period
    from bot.store.autonomy import Change
    from bot.store.figures import Cohort
    from bot.store.store import Store, Transaction
    from kb.entries import KnowledgeBase

EVERYBODY = frozenset(ROLES)


class Board:
    """The pages of figures.

    Args:
        store: where the figures are.
        base: gives the knowledge base as it is now, for titles.
        paper: renders.
    """

    def __init__(self, store: Store, base: Callable[[], KnowledgeBase], paper: Paper) -> None:
        self._store = store
        self._base = base
        self._paper = paper

    def pages(self) -> list[Page]:
        """The pages, each with who may see it."""
        return [
            Page("/bureau/", self.board, EVERYBODY),
            Page("/bureau/fiches", self.entries, EVERYBODY),
            Page("/bureau/fiches/{entry}", self.entry, EVERYBODY),
            Page("/bureau/guichets", self.desks, EVERYBODY),
        ]

    async def board(self, visit: Visit) -> Response:
        """What happened in a period."""
        period = period_of(visit.request)
        cohort = period.cohort()
        seen = await self._store.reader.run(lambda transaction: overview(transaction, cohort))
        total = add_up((await self._handling(cohort)).values())
        spans = gather_days(seen.days)
        # Drawing takes as long as a hundred answers: those that chat are not to wait for it.
        pictures = await asyncio.to_thread(_pictures, spans, seen.hours)
        given = {"seen": seen, "spans": spans, "handling": total, **pictures}
        return self._show(visit, "board.html", texts.BOARD, period, **given)

    async def entries(self, visit: Visit) -> Response:
        """How often each entry was shown, and what became of it."""
        period = period_of(visit.request)
        rows = await self._rows(period.cohort(), "entry")
        titles = {name: entry.title for name, entry in self._base().entries.items()}
        leaf = cut_leaf(visit.request, rows)
        known = await self._store.reader.run(lambda t: AutonomyRecords(t).all())
        given = {"leaf": leaf, "titles": titles, "audited": await self._audited(period)}
        words = {"autonomy": AUTONOMY, "standings": known, "lowered": lowered_states(known)}
        return self._show(visit, "entries.html", texts.ENTRIES, period, **given, **words)

    async def entry(self, visit: Visit) -> Response:
        """The answer of an entry, beside what became of the conversations that ended with it."""
        period, name = period_of(visit.request), visit.request.path_params["entry"]
        entry = self._base().entries.get(name)
        if entry is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        rows = await self._rows(period.cohort(), "entry")
        row = next((row for row in rows if row.name == name), Row(name))
        judged = (await self._audited(period)).get(name, Audited())
        given = {"entry": entry, "row": row, "judged": judged, **await self._autonomy(name)}
        words = {**texts.ENTRIES, "heading": entry.title}
        return self._show(visit, "entry.html", words, period, **given)

    async def desks(self, visit: Visit) -> Response:
        """How often each desk was shown, what became of it, and how it keeps its word."""
        period = period_of(visit.request)
        cohort = period.cohort()
        rows = await self._rows(cohort, "desk")
        titles = {name: desk.name for name, desk in self._base().desks.items()}
        given = {"rows": rows, "titles": titles, "handled": await self._handling(cohort)}
        return self._show(visit, "desks.html", texts.DESKS, period, **given)

    async def _autonomy(self, entry: str) -> dict[str, object]:
        """How an entry stands, what moved it, and what it can be lowered to."""

        async def work(transaction: Transaction) -> tuple[Standing, list[Change]]:
            records = AutonomyRecords(transaction)
            known = (await records.all()).get(entry) or Standing(entry)
            return known, await records.events(entry)

        standing, events = await self._store.reader.run(work)
        lower = STATES[: STATES.index(standing.state)][::-1]
        given = {"standing": standing, "moves": events, "lower": lower, "meaning": MEANING}
        return {**given, "autonomy": AUTONOMY}

    async def _handling(self, cohort: Cohort) -> dict[str, Handling]:
        desks = self._base().desks
        return await self._store.reader.run(lambda t: handling_by_desk(t, cohort, desks))

    async def _audited(self, period: Period) -> dict[str, Audited]:
        return await self._store.reader.run(lambda t: audited_entries(t, period.cohort()))

    async def _rows(self, cohort: Cohort, column: str) -> list[Row]:
        async def work(transaction: Transaction) -> list[Row]:
            return rows_of(await Figures(transaction, cohort).by(column))

        return await self._store.reader.run(work)

    def _show(
        self, visit: Visit, template: str, words: dict[str, str], period: Period, **values: object
    ) -> Response:
        given = {"period": period, "channels": CHANNELS, "outcomes": OUTCOMES, **values}
        return self._paper.show_to(visit, template, words, given)


def _pictures(spans: Spans, by_hour: list[int]) -> dict[str, Markup]:
    labels = [formats.span(spans.grain, first) for first in spans.counts]
    by_class: dict[str, list[int]] = {
        name: [counts[name] for counts in spans.counts.values()] for name in OUTCOMES
    }
    hours = [f"{hour}\u00a0h" for hour in range(24)]
    return {
        "by_span": charts.stacked_bars(labels, by_class, texts.BOARD[f"{spans.grain}s"]),
        "by_hour": charts.bars(hours, by_hour, texts.BOARD["hours"]),
    }
