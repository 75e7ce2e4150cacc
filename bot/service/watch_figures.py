"""Keeps the figures in step with the journal, draws the audits, and watches the promises."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.analytics.auditing import draw_audits, standings
from bot.analytics.daily import count_days
from bot.analytics.refresh import refresh_episodes
from bot.ops.waiting import wait_at_most
from bot.service.ticket_wiring import staffed_posts
from bot.store import StoreError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable, Mapping

    from bot.analytics.promise import Standing
    from bot.ops.metrics import Metrics
    from bot.ops.settings import Settings
    from bot.service.reload import CurrentResponder
    from bot.store.audits import Promised
    from bot.store.store import Store

ROUND = 60.0
"""Seconds between two looks: a page of the bureau is never older than that."""

FIRST = 5.0
_BROKEN = (
    "The promise on %s replies is broken: %d of %d audited were wrong, at most %.1f %% are "
    "promised. Such replies are asked from now on, not said; see the page Contrôles of the bureau."
)
_log = logging.getLogger(__name__)


def targets_of(settings: Settings) -> dict[Promised, float]:
    """The promised error rate of each kind of direct reply."""
    return {
        "answer": settings.target_answer,
        "route": settings.target_route,
        "decline": settings.target_decline,
    }


class FigureWatch:
    """Looks once a minute; what breaks is logged once and gauged for as long as it lasts.

    Args:
        store: where everything is.
        settings: targets, and how many audits a week.
        current: has the model in force, and is told what is no longer said but asked.
        metrics: the gauge of broken promises.
    """

    def __init__(
        self, store: Store, settings: Settings, current: CurrentResponder, metrics: Metrics
    ) -> None:
        self._store = store
        self._settings = settings
        self._current = current
        self._metrics = metrics

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until ``stop`` is set; a database that is away is waited for."""
        await wait_at_most(FIRST, stop)
        while not stop.is_set():
            try:
                await self.look()
            except StoreError as error:
                _log.warning("The figures were not brought up to date: %s", error)
            await wait_at_most(ROUND, stop)

    async def look(self) -> None:
        """Bring episodes and audits up to date, and tell of a promise that broke.

        Raises:
            StoreError: the database cannot be used.
        """
        self._current.staff(await staffed_posts(self._store, self._settings))
        await refresh_episodes(self._store)
        await draw_audits(self._store, self._settings.audit_a_week)
        await count_days(self._store)
        targets: Mapping[Promised, float] = targets_of(self._settings)
        self._tell(await standings(self._store, targets, self._current.fingerprint))

    def _tell(self, found: Iterable[Standing]) -> None:
        broken = set()
        for standing in found:
            is_broken = standing.word == "rompue"
            self._metrics.note_promise(standing.kind, broken=is_broken)
            if is_broken:
                broken.add(standing.kind)
                if standing.kind not in self._current.broken:
                    _log.error(_BROKEN, *_told(standing))
        self._current.broken = frozenset(broken)


def _told(standing: Standing) -> tuple[str, int, int, float]:
    return standing.kind, standing.wrong, standing.labels, standing.target * 100
