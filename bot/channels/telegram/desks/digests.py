"""One line for a desk's group that gets more new tickets than its pace can show at once."""

from __future__ import annotations

import logging
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.desks.parts import parts_of
from bot.channels.telegram.places import Place
from bot.channels.telegram.updates.events import CHANNEL
from bot.channels.worker_pool import retry_store_call
from bot.conversation.messages import About
from bot.conversation.replies import desk_notes
from bot.escalation.ports import Post

if TYPE_CHECKING:
    from bot.channels.telegram.desks.ground import Ground
    from bot.channels.telegram.sending.outgoing import Outgoing
    from bot.store.store import Transaction

NEW_A_MINUTE = 6
"""New tickets a minute that a group is shown without a word; more do not fit into its pace."""

CALLS_A_TICKET = 3
"""A topic, its head, and now and then a second message of it."""

_log = logging.getLogger(__name__)
MINUTE, AGAIN = timedelta(minutes=1), timedelta(minutes=10)
"""In which new tickets are counted; after which a flood that goes on is told of again."""


class Digests:
    """Says that tickets follow at the group's pace, once a flood, whichever process sends.

    Args:
        ground: with the tickets and the groups.
        group_sends: messages a minute into one group; 0: no pace is kept, and nothing follows late.
    """

    def __init__(self, ground: Ground, group_sends: int) -> None:
        self._bot = ground.bot
        self._store = ground.store
        self._source = ground.source
        self._groups = ground.groups
        self._casework = ground.casework
        self._sends = group_sends

    async def send_before(self, message: Outgoing) -> bool:
        """Send the line in place of a message, which is sent later; False when none is due.

        One that Telegram refuses is not sent again: the tickets themselves follow anyway.
        """
        line = await self._take(message)
        try:
            for call in line:
                await call.call(self._bot)
        except TelegramError as error:
            _log.info("A group was not told what follows (%s).", describe_answer(error))
        return bool(line)

    async def _take(self, message: Outgoing) -> list[Outgoing]:
        about = About(**(message.about or {"ticket": 0}))
        group = self._groups.find(message.chat)
        if not self._sends or group is None or not about.for_desk or about.act != "head":
            return []

        async def work(transaction: Transaction) -> list[Outgoing]:
            return await self._line(transaction, about.ticket, group)

        return await retry_store_call(lambda: self._store.write(work), "a digest has to wait")

    async def _line(self, transaction: Transaction, ticket_id: int, group: int) -> list[Outgoing]:
        tickets = self._store.records(transaction, self._source).tickets
        casework, name = self._casework(), self._groups.name(group)
        here, now = Post(CHANNEL, str(group)), casework.clock()
        desks = [
            d.id for d in casework.desks.list_staffed() if here in casework.desks.posts_of(d.id)
        ]
        new, waiting = await tickets.count_new(desks, now - MINUTE)
        ticket = await tickets.get(ticket_id)
        if new <= NEW_A_MINUTE or ticket is None:
            return []
        if not await tickets.announce(ticket, name, now, now - AGAIN):
            return []
        minutes = ceil(waiting * CALLS_A_TICKET / self._sends)
        return parts_of(
            desk_notes.digest(new, waiting, minutes), Place(self._groups.chat_of(group))
        )
