"""The one way to answer a message, whatever channel it came by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store.deliveries import Deliveries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.conversation.messages import Incoming, Outcome, Reply
    from bot.conversation.ports import Responder
    from bot.conversation.turns import Prepared
    from bot.store.scrubber import Scrubbed
    from bot.store.store import Store, Transaction


@dataclass(frozen=True)
class Decided:
    """A message that was thought about, with whoever did: a newer knowledge base cannot mix in.

    Attributes:
        responder: who answers.
        prepared: what it found out.
        store: where what follows is written.
        deliveries: takes what is to be sent besides the reply.
        source: channel and account, where updates are numbered by account.
        scrubbed: what is kept of its words.
    """

    responder: Responder
    prepared: Prepared
    store: Store
    deliveries: Deliveries
    source: str
    scrubbed: Scrubbed

    async def respond(self, transaction: Transaction) -> Outcome:
        """In a transaction, which may be tried again: answer, and remember what must be kept.

        What is to be sent besides the reply is put into the outboxes; the reply is not.
        """
        journal = self.store.journal(transaction, self.source, self.scrubbed)
        outcome = await self.responder.respond(self.prepared, journal)
        await self.deliveries.put(transaction, outcome.deliveries)
        return outcome

    def note_recorded(self) -> None:
        """The transaction is committed."""
        self.responder.note_recorded(self.prepared)


class Answerer:
    """Answers messages with whoever answers at the moment.

    Args:
        current: gives whoever answers at the moment.
        store: where what a message leads to is written.
        sources: the channels that something can be sent by, each with its source.
    """

    def __init__(
        self,
        current: Callable[[], Responder],
        store: Store,
        sources: Mapping[str, str] | None = None,
    ) -> None:
        self.current = current
        self.store = store
        self.deliveries = Deliveries(store, sources or {})

    async def decide(self, incoming: Incoming, source: str = "") -> Decided:
        """Think about a message and scrub it, once, before anything is written.

        Raises:
            StoreError: the turns before cannot be read.
        """
        responder = self.current()
        prepared = await responder.prepare(incoming)
        scrubbed = await self.store.scrub(incoming)
        return Decided(responder, prepared, self.store, self.deliveries, source, scrubbed)

    async def answer(self, incoming: Incoming) -> Reply:
        """The reply to one message, command or button press; what it led to is stored.

        Raises:
            StoreError: nothing could be written.
        """
        decided = await self.decide(incoming)
        outcome = await self.store.write(decided.respond)
        decided.note_recorded()
        return outcome.reply
