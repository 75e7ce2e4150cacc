"""What the pages of the bureau work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping

    from bot.analytics.proposals.ports import ProposalOffice
    from bot.escalation.casework import Casework
    from bot.store.audits import Promised
    from bot.store.deliveries import Deliveries
    from bot.store.store import Store
    from kb.entries import KnowledgeBase


async def _do_nothing() -> None:
    """Nobody answers beside these pages."""


@dataclass(frozen=True, slots=True)
class BureauParts:
    """What the bureau works with.

    Attributes:
        store: where everything is.
        base: gives the knowledge base as it is now.
        targets: the promised error rate of each kind of direct reply.
        model: gives the fingerprint of the model in force.
        casework: gives what works on tickets, with the desks as they are now.
        deliveries: takes what is to be sent.
        broken: gives the kinds of direct replies whose promise is broken.
        refresh: lets what labels have moved be acted upon from the next message on.
        unknown_share: the share of messages without a published answer that is reckoned with.
        proposals: takes changes of the knowledge base from a draft to what is served; None: none.
    """

    store: Store
    base: Callable[[], KnowledgeBase]
    targets: Mapping[Promised, float]
    model: Callable[[], str]
    casework: Callable[[], Casework]
    deliveries: Deliveries
    broken: Callable[[], Collection[str]] = frozenset
    refresh: Callable[[], Awaitable[None]] = _do_nothing
    unknown_share: float = 0.3
    proposals: ProposalOffice | None = None
