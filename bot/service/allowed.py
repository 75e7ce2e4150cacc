"""What the database says that each entry may do by itself, for whoever answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.analytics.autonomy import proven_entries
from bot.store.autonomy import AutonomyRecords, lowered_states

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.conversation.caution import State
    from bot.store.store import Store, Transaction


class Autonomy(NamedTuple):
    """The entries that may not answer by themselves, and those that do whatever is broken."""

    states: Mapping[str, State]
    proven: frozenset[str]


async def read_autonomy(store: Store) -> Autonomy:
    """What entries may do, as the database has it.

    Raises:
        StoreError: it cannot be read.
    """

    async def work(transaction: Transaction) -> Autonomy:
        known = await AutonomyRecords(transaction).all()
        return Autonomy(lowered_states(known), await proven_entries(transaction))

    return await store.reader.run(work)
