"""One conversation on the web: a message in, its reply out, and what is said later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.web.holding import read_holder
from bot.channels.web.listeners import Listeners
from bot.channels.web.recent import RecentReplies
from bot.store.thread import Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.channels.answering import Answerer
    from bot.channels.web.holding import Holder
    from bot.conversation.messages import Incoming
    from bot.escalation.casework import Casework
    from bot.store.store import Transaction
    from kb.entries import KnowledgeBase

CHANNEL = "web"
"""Also the source of what is sent: there is one account."""

LISTEN_SECONDS = 25.0


class Exchange:
    """Answers, and shows what was said.

    Args:
        answerer: whoever answers at the moment.
        casework: gives what works on tickets at the moment; None: no desk answers here.

    Attributes:
        store: where everything is written.
        thread: what was said.
        listeners: who waits for more.
        deliveries: sends what is said elsewhere.
    """

    def __init__(self, answerer: Answerer, casework: Callable[[], Casework] | None = None) -> None:
        self._answerer = answerer
        self.casework = casework
        self.deliveries = answerer.deliveries
        self.store = answerer.store
        self.thread = self.store.thread(CHANNEL)
        self.listeners = Listeners(self.thread)
        self._recent = RecentReplies()

    def base(self) -> KnowledgeBase:
        """The knowledge base as it is now."""
        return self._answerer.current().base

    async def answer(self, incoming: Incoming) -> Said:
        """The reply to a message; one that is sent again gets the reply that it got.

        The turn, the message and the reply are written in one transaction.

        Raises:
            StoreError: nothing was written.
        """
        if known := self._recent.find(incoming):
            return known
        decided = await self._answerer.decide(incoming)

        async def work(transaction: Transaction) -> tuple[Said, bool]:
            known = await self.thread.answer_to(transaction, incoming)
            if known is not None:
                return known, False
            outcome = await decided.respond(transaction)
            number = 0
            if not outcome.erased:
                number = await self.thread.put(
                    transaction, incoming, decided.scrubbed.text, outcome.reply
                )
            return Said(number, outcome.reply), True

        said, is_new = await self.store.write(work)
        if is_new:
            decided.note_recorded()
        # A receipt is not kept with its reply: who asks again gets it for a moment.
        if not said.number or (said.reply and said.reply.receipt):
            self._recent.remember(incoming, said)
        return said

    async def holder(self, chat: str) -> Holder | None:
        """Who reads what is written in a chat, by the channel's own id of it; None: the bot."""
        if self.casework is None:
            return None
        casework = self.casework()

        async def work(transaction: Transaction) -> Holder | None:
            return await read_holder(self.store.records(transaction), casework, CHANNEL, chat)

        return await self.store.write(work)

    async def read(self, chat: str, after: int | None) -> list[Said]:
        """What was said in a chat after a number; when there is nothing yet, wait for it a while.

        Args:
            chat: the channel's own id of it.
            after: None: all that is kept, without waiting.
        """
        said = await self.thread.read(chat, after or 0)
        if said or after is None:
            return said
        name = self.store.pseudonym.of(CHANNEL, chat)
        await self.listeners.wait(name, after, LISTEN_SECONDS)
        return await self.thread.read(chat, after)
