"""What is done on Telegram at once and not stored: it is worthless later, or harmless when lost."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from telegram.error import BadRequest, NetworkError, TelegramError

from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.inline import results_for
from bot.ops.retrying import retry

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from telegram import Bot

    from bot.channels.telegram.sending.pace import Pace
    from bot.channels.telegram.updates.events import Pressed, Searched
    from bot.conversation.ports import Decider

SECOND_TRY = 0.5
INLINE_SECONDS = 300
"""How long Telegram may show the same results to others."""

_log = logging.getLogger(__name__)


class SideEffects:
    """Acknowledges presses, takes used buttons away, shows results while somebody types.

    Args:
        bot: who speaks.
        pace: while Telegram refuses everything, none of this is tried.
    """

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot = bot
        self._pace = pace
        self._tasks: set[asyncio.Task[None]] = set()

    def acknowledge(self, event: Pressed) -> None:
        """Tell Telegram that a press was received, so that the button stops waiting."""
        self.acknowledge_query(event.query_id)

    def acknowledge_query(self, query_id: str) -> None:
        """The same, by the id of the press."""
        self._start(self._acknowledge(query_id))

    def retire(self, event: Pressed) -> None:
        """Take the buttons off the message whose button was pressed."""
        if event.message_id is not None:
            self._start(self._remove_keyboard(event.place.chat, event.message_id))

    async def search(self, event: Searched, brain: Decider) -> None:
        """Show the answers that fit what somebody is typing."""
        if self._pace.stormy:
            return
        found = await results_for(event.text, brain)
        try:
            await self._bot.answer_inline_query(
                event.query_id, found, cache_time=INLINE_SECONDS, is_personal=False
            )
        except TelegramError as error:
            _log.info("Results were not shown (%s).", describe_answer(error))

    async def aclose(self) -> None:
        """Cancel the calls that are under way."""
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        if self._pace.stormy:
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _acknowledge(self, query_id: str) -> None:
        waits = iter([SECOND_TRY])
        try:
            await retry(
                lambda: self._bot.answer_callback_query(query_id),
                TelegramError,
                lambda error: next(waits, None) if _may_pass(error) else None,
            )
        except TelegramError as error:
            _log.info("A button press was not acknowledged (%s).", describe_answer(error))

    async def _remove_keyboard(self, chat: int, message_id: int) -> None:
        try:
            await self._bot.edit_message_reply_markup(chat, message_id, reply_markup=None)
        except TelegramError as error:
            _log.info("Buttons were left in place (%s).", describe_answer(error))


def _may_pass(error: TelegramError) -> bool:
    """Whether the same call may work a moment later: what cannot be read has no kind of its own."""
    if type(error) is TelegramError:
        return True
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)
