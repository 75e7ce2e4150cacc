"""Tells a group that its answers have to wait for the pace, and for how long about."""

from __future__ import annotations

import logging
from math import ceil
from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.places import Place
from bot.channels.telegram.sending.outgoing import outgoing
from bot.channels.worker_pool import retry_store_call
from bot.conversation.replies import notices

if TYPE_CHECKING:
    from telegram import Bot

    from bot.channels.telegram.sending.outgoing import Outgoing
    from bot.channels.telegram.sending.pace import Pace
    from bot.store.boxes.due import Due
    from bot.store.boxes.outbox import Outbox

_log = logging.getLogger(__name__)


class DelayNotices:
    """Says that there is a queue, once until nothing waits any more.

    Args:
        bot: who speaks.
        outbox: knows how much waits.
        pace: knows how fast it goes, and whether the group was told.
    """

    def __init__(self, bot: Bot, outbox: Outbox, pace: Pace) -> None:
        self._bot = bot
        self._outbox = outbox
        self._pace = pace

    async def tell(self, due: Due, message: Outgoing, waiting: int) -> None:
        """Tell the group of a message that it has to wait, unless it was told.

        Args:
            due: the row of the message.
            message: what has to wait.
            waiting: how many messages of its lane do, itself included.
        """
        if not self._pace.should_tell(message.chat):
            return
        # A lane is only the beginning of what waits for a group.
        queued = await retry_store_call(
            lambda: self._outbox.count_waiting(due.chat), "what waits cannot be counted"
        )
        minutes = ceil(max(waiting, queued) / self._pace.group_sends)
        place = Place(message.chat, message.thread)
        try:
            for notice in outgoing(notices.long_queue(minutes), place):
                await notice.call(self._bot)
        except TelegramError as error:
            _log.info("A group was not told to wait (%s).", describe_answer(error))
