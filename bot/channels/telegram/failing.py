"""The last resort of the work on an update: what cannot be read or answered, and who is told."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.channels.telegram.updates.events import Asked, Pressed
from bot.channels.worker_pool import retry_store_call
from bot.conversation import replies
from bot.ops.errors import describe
from bot.store.boxes.due import Question
from bot.store.boxes.letters import Letter

if TYPE_CHECKING:
    from bot.channels.telegram.reading import Reader
    from bot.channels.telegram.updates.events import UnreadableError
    from bot.ops.metrics import Metrics
    from bot.store.boxes.boxes import Boxes
    from bot.store.boxes.inbox import Held
    from bot.store.store import Store, Transaction

TRIES = 2
"""How often an update is worked on that fails for a reason of its own."""

_log = logging.getLogger(__name__)


class Failures:
    """Sets aside what cannot be worked on.

    Args:
        store: where everything is written.
        boxes: of this bot.
        reader: reads the update again, to know whom to tell.
        metrics: counts what cannot be read.
    """

    def __init__(self, store: Store, boxes: Boxes, reader: Reader, metrics: Metrics) -> None:
        self._store = store
        self._boxes = boxes
        self._reader = reader
        self._metrics = metrics

    async def quarantine(self, held: Held, error: UnreadableError) -> None:
        """Set an update aside that cannot be read; nobody is told, for nobody is known."""
        _log.warning("An update cannot be read (%s) and is set aside.", error)
        self._metrics.count_update("poison")
        reason = str(error)
        await retry_store_call(lambda: self._boxes.inbox.quarantine(held, reason), "waiting")

    async def retry_or_give_up(self, held: Held, error: Exception) -> bool:
        """Have an update tried once more; then say sorry and set it aside.

        Returns:
            Whether it is done with, so that the next one of its chat may follow.
        """
        _log.error("An update was not answered: %s.", describe(error))
        return await retry_store_call(lambda: self._retry_or_give_up(held), "waiting")

    async def _retry_or_give_up(self, held: Held) -> bool:
        if held.attempts < TRIES:
            await self._boxes.inbox.leases.give_back([held.id])
            return False
        await self._store.write(lambda transaction: self._give_up(transaction, held))
        return True

    async def _give_up(self, transaction: Transaction, held: Held) -> None:
        event = self._reader.read(held)
        await self._boxes.inbox.set_aside(transaction, held, "it could not be answered")
        if isinstance(event, Asked | Pressed):
            sorry = Letter(replies.apology(), event.place.to_dict())
            asked = Question(held.at)
            await self._boxes.outbox.put(transaction, held.chat, [sorry.to_dict()], asked=asked)
