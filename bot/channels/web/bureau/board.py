"""The board, entries and desks: what was asked, what became of it, how much and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.analytics.overview import overview, rows_of
from bot.channels.web.bureau import charts, texts
from bot.channels.web.bureau.access import Page
from bot.channels.web.bureau.period import CHANNELS, period_of
from bot.store.accounts import ROLES
from bot.store.figures import Figures
from bot.store.outcomes import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup
    from starlette.responses import Response

    from bot.analytics.overview import Overview, Row
    from bot.channels.web.bureau.access import Visit
    from bot.channels.web.bureau.paper import Paper
    from bot.channels.web.bureau.period import Period
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
            Page("/bureau/guichets", self.desks, EVERYBODY),
        ]

    async def board(self, visit: Visit) -> Response:
        """What happened in a period."""
        period = period_of(visit.request)
        cohort = period.cohort()
        seen = await self._store.reader.run(lambda transaction: overview(transaction, cohort))
        return self._show(visit, "board.html", texts.BOARD, period, seen=seen, **_pictures(seen))

    async def entries(self, visit: Visit) -> Response:
        """How often each entry was shown, and what became of it."""
        period = period_of(visit.request)
        rows = await self._rows(period.cohort(), "entry")
        titles = {name: entry.title for name, entry in self._base().entries.items()}
        return self._show(visit, "rows.html", texts.ENTRIES, period, rows=rows, titles=titles)

    async def desks(self, visit: Visit) -> Response:
        """How often each desk was shown, and what became of it."""
        period = period_of(visit.request)
        rows = await self._rows(period.cohort(), "desk")
        titles = {name: desk.name for name, desk in self._base().desks.items()}
        return self._show(visit, "rows.html", texts.DESKS, period, rows=rows, titles=titles)

    async def _rows(self, cohort: Cohort, column: str) -> list[Row]:
        async def work(transaction: Transaction) -> list[Row]:
            return rows_of(await Figures(transaction, cohort).by(column))

        return await self._store.reader.run(work)

    def _show(
        self, visit: Visit, template: str, words: dict[str, str], period: Period, **values: object
    ) -> Response:
        given = {"period": period, "channels": CHANNELS, "outcomes": OUTCOMES, **values}
        return self._paper.show_to(visit, template, words, given)


def _pictures(seen: Overview) -> dict[str, Markup]:
    days = [texts.day(day)[:5] for day in seen.days]
    by_class: dict[str, list[int]] = {
        name: [day[name] for day in seen.days.values()] for name in OUTCOMES
    }
    hours = [f"{hour}\u00a0h" for hour in range(24)]
    return {
        "by_day": charts.stacked_bars(days, by_class, texts.BOARD["days"]),
        "by_hour": charts.bars(hours, seen.hours, texts.BOARD["hours"]),
    }
