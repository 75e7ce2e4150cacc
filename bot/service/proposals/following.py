"""What a publication means for autonomy and for the queue, written down in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.analytics.autonomy import settle
from bot.analytics.proposals.changes import Changes
from bot.conversation.turns import name_target
from bot.store.autonomy import AutonomyRecords
from bot.store.review_items import ReviewItems
from classifier.decision import Target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.analytics.proposals.changes import ChangeKind
    from bot.store.proposals import Proposal
    from bot.store.store import Transaction
    from classifier.decision import Kind

_KINDS: Mapping[ChangeKind, Kind] = {
    "wording": "faq",
    "entry": "faq",
    "desk": "desk",
    "outside": "outside",
}


async def follow_publication(
    transaction: Transaction, secret: bytes, proposal: Proposal, now: datetime, *, passed: bool
) -> None:
    """Let the entry begin, and the messages that it came from be settled; labels move entries.

    Args:
        transaction: in which all of it is written.
        secret: the key of the store.
        proposal: what was published.
        now: the moment (UTC).
        passed: whether its check found nothing right that would be right no more.
    """
    changes = Changes.from_dict(proposal.changes)
    if _KINDS[changes.kind] == "faq":
        await _begin(transaction, changes, proposal.by, now, passed=passed)
    target = name_target(Target(_KINDS[changes.kind], changes.owner))
    items = ReviewItems(transaction, secret)
    await items.settle(proposal.turns, changes.kind, proposal.by, now, target)
    await settle(transaction, now)


async def follow_taking_back(
    transaction: Transaction, secret: bytes, proposal: Proposal, now: datetime
) -> None:
    """Let the messages that a publication came from be open again; arguments as above."""
    await ReviewItems(transaction, secret).settle(proposal.turns, "new", proposal.by, now)
    await settle(transaction, now)


async def _begin(
    transaction: Transaction, changes: Changes, by: str, now: datetime, *, passed: bool
) -> None:
    records = AutonomyRecords(transaction)
    await records.hold()
    known = (await records.all()).get(changes.owner)
    lowered = known is not None and known.state != "repond"
    # More ways of asking do not make an answer better: what it lost, it earns back by labels.
    if changes.kind == "entry" or not lowered:
        await records.begin(changes.owner, passed=passed, at=now, by=by)
