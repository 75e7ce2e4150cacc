"""The one way to answer a message, whatever channel it came by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.conversation.messages import Incoming, Outcome, Reply
    from bot.conversation.ports import Responder
    from bot.conversation.turns import Prepared
    from bot.store.store import Store, Transaction


@dataclass(frozen=True)
class Decided:
    """A message that was thought about, with whoever did: a newer knowledge base cannot mix in.

    Attributes:
        responder: who answers.
        prepared: what it found out.
        store: where what follows is written.
        source: channel and account, where updates are numbered by account.
    """

    responder: Responder
    prepared: Prepared
    store: Store
    source: str = ""

    async def respond(self, transaction: Transaction) -> Outcome:
        """In a transaction, which may be tried again: answer, and remember what must be kept."""
        journal = self.store.journal(transaction, self.source)
        return await self.responder.respond(self.prepared, journal)

    def note_recorded(self) -> None:
        """The transaction is committed."""
        self.responder.note_recorded(self.prepared)


class Answerer:
    """Answers messages with whoever answers at the moment.

    Args:
        current: gives whoever answers at the moment.
        store: where what a message leads to is written.
    """

    def __init__(self, current: Callable[[], Responder], store: Store) -> None:
        self.current = current
        self.store = store

    async def decide(self, incoming: Incoming, source: str = "") -> Decided:
        """Think about a message, once, before anything is written."""
        responder = self.current()
        return Decided(responder, await responder.prepare(incoming), self.store, source)

    async def answer(self, incoming: Incoming) -> Reply:
        """The reply to one message, command or button press; what it led to is stored.

        Raises:
            StoreError: nothing could be written.
        """
        decided = await self.decide(incoming)
        outcome = await self.store.write(decided.respond)
        decided.note_recorded()
        return outcome.reply
