"""The bureau wired into a running service."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.channels.web import BureauParts
from bot.service.autonomy import refresh_autonomy
from bot.service.ticket_wiring import build_casework
from bot.service.watched_targets import targets_of

if TYPE_CHECKING:
    from bot.analytics.proposals.ports import ProposalOffice
    from bot.ops.settings import Settings
    from bot.service.reload import CurrentResponder
    from bot.store.deliveries import Deliveries
    from bot.store.store import Store

_NO_ACCOUNT = (
    "The bureau (/bureau) has no account yet: run `aiguilleur accounts add NAME --role admin`"
)


def bureau_parts(
    store: Store,
    settings: Settings,
    current: CurrentResponder,
    deliveries: Deliveries,
    proposals: ProposalOffice,
) -> BureauParts:
    """What the pages of the bureau work with, as it is at each moment."""
    return BureauParts(
        store,
        lambda: current().base,
        targets_of(settings),
        lambda: current.fingerprint,
        lambda: build_casework(settings, current().base, posts=current.posts),
        deliveries,
        lambda: current.broken,
        lambda: refresh_autonomy(store, current),
        settings.unknown_share,
        proposals,
    )


async def announce_bureau(store: Store) -> None:
    """Whoever starts the service by hand for the first time reads how to get into the bureau."""
    if sys.stdout.isatty() and not await store.accounts.any():
        print(_NO_ACCOUNT, flush=True)  # noqa: T201
