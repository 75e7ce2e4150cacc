"""Has things sent besides the replies: to other chats, or later."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.store.boxes.letters import Letter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.conversation.messages import Delivery
    from bot.store.store import Store, Transaction

_log = logging.getLogger(__name__)


class Deliveries:
    """Puts what is to be sent into the outbox of the channel that sends it.

    Args:
        store: with the outboxes.
        sources: the channels that are served, each with its source: channel and account.
    """

    def __init__(self, store: Store, sources: Mapping[str, str]) -> None:
        self._store = store
        self._sources = dict(sources)

    async def put(self, transaction: Transaction, deliveries: Sequence[Delivery]) -> None:
        """In a transaction: these are to be sent, each in its time; nothing is sent before it ends.

        What no channel here can send is logged and left out: a reply must not fail for it.
        """
        for delivery in deliveries:
            source = self._sources.get(delivery.to.channel)
            if source is None:
                _log.error("Nothing can be sent by %s: it is not served.", delivery.to.channel)
            elif not delivery.reply.is_empty:
                await self._put(transaction, source, delivery)

    async def _put(self, transaction: Transaction, source: str, delivery: Delivery) -> None:
        to = delivery.to
        chat = to.pseudonym or self._store.pseudonym.of(to.channel, to.chat)
        letter = Letter(delivery.reply, {"chat": to.chat} if to.chat else {})
        await self._store.outbox(source).put(
            transaction, chat, [letter.to_dict()], not_before=delivery.not_before
        )
