"""Updates are stored before Telegram is told that they arrived."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from bot.channels.telegram.api.request import number_of
from bot.channels.telegram.updates.events import CHANNEL, chat_of
from bot.store import RefusedError
from bot.store.boxes.inbox import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.store.boxes.inbox import Inbox
    from bot.store.pseudonym import Pseudonym

_log = logging.getLogger(__name__)


class Receiver:
    """Stores raw updates, from polling or from the webhook alike.

    Args:
        inbox: where they are stored.
        pseudonym: names their chats.
        stored: called when there is something to work on.
    """

    def __init__(self, inbox: Inbox, pseudonym: Pseudonym, stored: Callable[[], None]) -> None:
        self._inbox = inbox
        self._pseudonym = pseudonym
        self._stored = stored

    async def accept(self, updates: Sequence[dict[str, Any]]) -> None:
        """Store updates; those that came before are recognised.

        Raises:
            StoreError: they could not be stored; Telegram must keep them.
        """
        arrivals = [self._arrival(raw) for raw in updates if number_of(raw) is not None]
        if len(arrivals) < len(updates):
            _log.warning("%d updates without a number were skipped.", len(updates) - len(arrivals))
        try:
            await self._inbox.put(arrivals)
        except RefusedError:
            await self._put_one_by_one(arrivals)
        self._stored()

    async def _put_one_by_one(self, arrivals: Sequence[Arrival]) -> None:
        """Store what the database takes; one that it refuses must not come again for ever."""
        for arrival in arrivals:
            try:
                await self._inbox.put([arrival])
            except RefusedError as error:
                _log.error("An update cannot be stored and is lost: %s", error)

    def _arrival(self, raw: dict[str, Any]) -> Arrival:
        number, chat = int(raw["update_id"]), chat_of(raw)
        # What belongs to no chat waits for nobody.
        lane = (CHANNEL, str(chat)) if chat is not None else (f"{CHANNEL} update", str(number))
        return Arrival(number, self._pseudonym.of(*lane), raw)
