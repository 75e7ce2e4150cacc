"""Acts on what labels have moved: here at once, in other processes within seconds."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.analytics.autonomy import keep_former_names, settle
from bot.conversation.caution import STATES, Caution
from bot.conversation.messages import Delivery, Recipient
from bot.conversation.replies import operation
from bot.service.accounts import bureau_address
from bot.service.allowed import read_autonomy
from bot.service.ticket_wiring import TELEGRAM
from bot.store.autonomy import AutonomyRecords
from bot.store.marks import move_mark, read_mark
from bot.store.rounds import look_again

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

    from bot.conversation.caution import State
    from bot.ops.metrics import Metrics
    from bot.ops.settings import Settings
    from bot.service.reload import CurrentResponder
    from bot.store.autonomy import Change, Newest
    from bot.store.deliveries import Deliveries
    from bot.store.store import Store, Transaction
    from kb.entries import KnowledgeBase

ROUND = 5.0
"""Seconds between two looks: later than that no process answers with what another one lowered."""

_TOLD = "autonomy: told"
_log = logging.getLogger(__name__)


async def refresh_autonomy(store: Store, current: CurrentResponder) -> None:
    """Let this process act on it from the next message on.

    Raises:
        StoreError: the database cannot be read.
    """
    current.states, current.proven = await read_autonomy(store)


class AutonomyWatch:
    """Looks every few seconds whether labels moved an entry, here or elsewhere.

    Args:
        store: where the labels are.
        settings: who is told.
        current: is told what each entry may do.
        metrics: shows how many entries may do what.
        deliveries: takes what administrators are told.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        current: CurrentResponder,
        metrics: Metrics,
        deliveries: Deliveries,
    ) -> None:
        self._store = store
        self._settings = settings
        self._current = current
        self._metrics = metrics
        self._deliveries = deliveries
        self._base = ""
        self._newest: Newest | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until ``stop`` is set; a database that is away is waited for."""
        await look_again(self.look, stop, "What entries may do", every=ROUND)

    async def look(self) -> None:
        """Move what is to be moved, act on it, and tell of what was lost.

        Raises:
            StoreError: the database cannot be used.
        """
        base = self._current().base
        newest = await self._store.reader.run(lambda t: AutonomyRecords(t).newest())
        if (base.fingerprint, newest) == (self._base, self._newest):
            return
        formerly = {name: e.formerly for name, e in base.published.items() if e.formerly}
        await self._store.write(lambda t: keep_former_names(t, formerly))
        await self._store.write(lambda t: settle(t, datetime.now(UTC)))
        self._base, self._newest = base.fingerprint, newest
        await refresh_autonomy(self._store, self._current)
        self._metrics.show_autonomy(count_states(base, self._current.states))
        await self._tell(base)

    async def _tell(self, base: KnowledgeBase) -> None:
        """Administrators, once for all processes and restarts."""

        async def work(transaction: Transaction) -> list[Change]:
            seen = await read_mark(transaction, _TOLD)
            events = await AutonomyRecords(transaction).events_after(seen)
            lost = [event for event in events if event.is_loss]
            if events:
                await move_mark(transaction, _TOLD, events[-1].id)
            if lost and self._settings.token:
                sent = [found for event in lost for found in self._notices(event, base)]
                await self._deliveries.put(transaction, sent)
            return lost

        for event in await self._store.write(work):
            counts = event.wrong, event.n, event.e
            _log.warning(
                "The entry %s is at %r from now on: %d of %d labels were wrong (E = %.1f).",
                *(event.entry, event.after, *counts),
            )

    def _notices(self, event: Change, base: KnowledgeBase) -> list[Delivery]:
        entry = base.find_any_entry(event.entry)
        title, address = entry.title if entry else event.entry, bureau_address(self._settings)
        reply = operation.lost_autonomy(title, event.after, event.wrong, event.n, address)
        to = (Recipient(TELEGRAM, str(number)) for number in self._settings.admin_ids)
        return [Delivery(recipient, reply) for recipient in to]


def count_states(base: KnowledgeBase, states: Mapping[str, State]) -> dict[str, int]:
    """How many served entries may do what by themselves, by state."""
    caution = Caution(states=states)
    found = Counter(caution.state_of(entry) for entry in base.published)
    return {state: found[state] for state in STATES}
