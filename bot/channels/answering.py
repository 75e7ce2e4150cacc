"""Whoever answers, with the store that is written to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.conversation.messages import Incoming, Reply
    from bot.conversation.ports import Responder
    from bot.store.store import Store


@dataclass(frozen=True)
class Answering:
    """Whoever answers, with the store that is written to: a ``bot.conversation.ports.Handler``.

    Attributes:
        talker: gives whoever answers at this moment.
        store: where what a message leads to is written.
    """

    talker: Callable[[], Responder]
    store: Store

    async def handle(self, incoming: Incoming) -> Reply:
        """The reply to one message, command or button press; what it led to is stored."""
        talker = self.talker()
        prepared = await talker.prepare(incoming)
        return await self.store.write(
            lambda transaction: talker.respond(prepared, self.store.journal(transaction))
        )
