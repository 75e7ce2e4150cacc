"""A new entry begun from what a desk has answered by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.analytics.proposals.changes import GUICHET
from bot.conversation.replies.dates import screen_zone
from bot.scrubbing.scrub import scrub

if TYPE_CHECKING:
    from bot.analytics.proposals.changes import Changes
    from bot.store.store import Store, Transaction


async def with_answer_of_ticket(store: Store, changes: Changes, ticket: str) -> Changes:
    """The change with the last answer that a desk gave in a ticket, masked, if there is one.

    Args:
        store: where tickets are.
        changes: a new entry.
        ticket: the number of the ticket, as people know it, or that of its row.
    """

    async def read(transaction: Transaction) -> Changes:
        records = store.records(transaction)
        known = records.tickets
        found = await (known.get(int(ticket)) if ticket.isdecimal() else known.find(ticket))
        said = await records.messages.of_ticket(found) if found else []
        given = [each for each in said if each.author == "desk" and not each.internal and each.text]
        if found is None or not given:
            return replace(changes, ticket=ticket)
        answer, dated = scrub(given[-1].text), month_of(given[-1].at)
        written = replace(changes, ticket=ticket, answer=answer, original=answer)
        return replace(written, origin=GUICHET, dated=dated, desk=found.desk)

    return await store.write(read)


def month_of(moment: datetime) -> str:
    """The month of a moment in Paris: ``2026-11``."""
    return f"{moment.astimezone(screen_zone()):%Y-%m}"


def this_month() -> str:
    """The present month in Paris."""
    return month_of(datetime.now(UTC))
