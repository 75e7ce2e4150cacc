"""Keeps the figures in step with the journal, draws the audits, and watches the promises."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.analytics.auditing import draw_audits, standings
from bot.analytics.daily import count_days
from bot.analytics.drawing import monday_of
from bot.analytics.refresh import refresh_episodes
from bot.conversation.messages import Delivery, Recipient
from bot.conversation.replies import operation
from bot.service.accounts import bureau_address
from bot.service.digest import is_due, send_once, write_digest
from bot.service.ticket_wiring import TELEGRAM, staffed_posts
from bot.service.watched_targets import targets_of
from bot.service.weekly_drift import note_weeks
from bot.store.marks import move_mark, read_mark
from bot.store.rounds import look_again

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable, Mapping
    from datetime import date

    from bot.analytics.promise import Standing
    from bot.ops.metrics import Metrics
    from bot.ops.settings import Settings
    from bot.service.reload import CurrentResponder
    from bot.store.audits import Promised
    from bot.store.deliveries import Deliveries
    from bot.store.store import Store, Transaction

ROUND = 60.0
"""Seconds between two looks: a page of the bureau is never older than that."""

FIRST = 5.0
_BROKEN = (
    "The promise on %s replies is broken: %d of %d audited were wrong, at most %.1f %% are "
    "promised. Such replies are asked from now on, not said; see the page Contrôles of the bureau."
)
_log = logging.getLogger(__name__)


class FigureWatch:
    """Looks once a minute; what breaks is logged once and gauged for as long as it lasts.

    Args:
        store: where everything is.
        settings: targets, and how many audits a week.
        current: has the model in force, and is told what is no longer said but asked.
        metrics: the gauge of broken promises.
        deliveries: takes what administrators and the chat of the digest are told.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        current: CurrentResponder,
        metrics: Metrics,
        deliveries: Deliveries,
    ) -> None:
        self._deliveries = deliveries
        self._week_told: date | None = None
        self._week_noted: date | None = None
        self._store = store
        self._settings = settings
        self._current = current
        self._metrics = metrics

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until ``stop`` is set; a database that is away is waited for."""
        await look_again(self.look, stop, "The upkeep of the figures", every=ROUND, first=FIRST)

    async def look(self) -> None:
        """Bring episodes and audits up to date, and tell of a promise that broke.

        Raises:
            StoreError: the database cannot be used.
        """
        self._current.staff(await staffed_posts(self._store, self._settings))
        await refresh_episodes(self._store)
        await self._note_weeks(datetime.now(UTC))
        await draw_audits(self._store, self._settings.audit_a_week)
        await count_days(self._store)
        targets: Mapping[Promised, float] = targets_of(self._settings)
        await self._tell(await standings(self._store, targets, self._current.fingerprint))
        await self._tell_of_week(datetime.now(UTC))

    async def _note_weeks(self, now: datetime) -> None:
        """Compare the traffic of the week that is over with what it was, once."""
        monday = monday_of(now).date()
        if monday != self._week_noted:
            await note_weeks(self._store, self._current, now)
            self._week_noted = monday

    async def _tell(self, found: Iterable[Standing]) -> None:
        broken = set()
        for standing in found:
            is_broken = standing.word == "rompue"
            self._metrics.note_promise(standing.kind, broken=is_broken)
            if is_broken:
                broken.add(standing.kind)
            if is_broken is not (standing.kind in self._current.broken):
                await self._tell_admins(standing, broken=is_broken)
        self._current.broken = frozenset(broken)

    async def _tell_admins(self, standing: Standing, *, broken: bool) -> None:
        """Once for all processes and restarts, until it holds again."""
        reply = operation.broken_promise(*_told(standing), bureau_address(self._settings))
        to = [Recipient(TELEGRAM, str(number)) for number in self._settings.admin_ids]

        async def work(transaction: Transaction) -> bool:
            name = f"broken: {standing.kind}"
            if await read_mark(transaction, name) == int(broken):
                return False
            await move_mark(transaction, name, int(broken))
            if broken and self._settings.token:
                sent = [Delivery(recipient, reply) for recipient in to]
                await self._deliveries.put(transaction, sent)
            return broken

        if await self._store.write(work):
            kind, wrong, labels, target = _told(standing)
            _log.error(_BROKEN, kind, wrong, labels, target * 100)

    async def _tell_of_week(self, now: datetime) -> None:
        """On Monday morning, send the week in ten lines, once."""
        chats, monday = self._settings.digest_chat, monday_of(now).date()
        if not chats or not self._settings.token or monday == self._week_told or not is_due(now):
            return
        base, model = self._current().base, self._current.fingerprint
        reply = await write_digest(self._store, self._settings, base, model, now)
        await send_once(self._store, self._deliveries, chats, reply, now)
        self._week_told = monday


def _told(standing: Standing) -> tuple[str, int, int, float]:
    return standing.kind, standing.wrong, standing.labels, standing.target
