"""Tells those who run the service when a desk's group is in trouble, each trouble once an hour."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from bot.channels.telegram.updates.events import CHANNEL
from bot.channels.worker_pool import retry_store_call
from bot.conversation.replies import desk_alerts
from bot.store.boxes.letters import Letter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.channels.telegram.desks.ground import Ground
    from bot.store.store import Transaction

AGAIN_SECONDS = 3600.0
_log = logging.getLogger(__name__)


class Alerts:
    """Writes to administrators, in private.

    Args:
        ground: with the names of the desks.
        admins: their numeric ids.
        written: called when there is something to send.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        ground: Ground,
        admins: Collection[int],
        written: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = ground.store
        self._outbox = ground.boxes.outbox
        self._casework = ground.casework
        self._admins = tuple(admins)
        self._written = written
        self._clock = clock
        self._told: dict[tuple[int, str], float] = {}

    async def tell(self, group: int, why: str, detail: str = "") -> None:
        """Say what is wrong with a desk's group, unless that was said within the hour."""
        last = self._told.get((group, why), float("-inf"))
        if self._clock() - last < AGAIN_SECONDS:
            return
        self._told[group, why] = self._clock()
        desks = self._names(group)
        _log.error("The group of the desks %s is in trouble: %s.", desks, why)
        letter = Letter(desk_alerts.desk_trouble(desks, why, detail))
        await retry_store_call(lambda: self._put(letter), "an alert has to wait for the database")
        self._written()

    def forget(self, group: int) -> None:
        """The group is well again: a new trouble is told at once."""
        for known in [known for known in self._told if known[0] == group]:
            del self._told[known]

    async def _put(self, letter: Letter) -> None:
        async def work(transaction: Transaction) -> None:
            for admin in self._admins:
                chat = self._store.pseudonym.of(CHANNEL, str(admin))
                form = {**letter.to_dict(), "place": {"chat": admin}}
                await self._outbox.put(transaction, chat, [form])

        await self._store.write(work)

    def _names(self, group: int) -> str:
        desks = self._casework().desks
        here = (desk for desk in desks.list_staffed() if desks.post_of(desk.id))
        posts = ((desk.name, desks.post_of(desk.id)) for desk in here)
        return ", ".join(name for name, post in posts if post and post.chat == str(group))
