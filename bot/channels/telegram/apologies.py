"""Tells people that their answer is late while nothing can be stored."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from telegram.error import TelegramError

from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.places import Place
from bot.channels.telegram.sending.outgoing import outgoing
from bot.channels.telegram.updates.events import chat_of
from bot.conversation.replies import notices
from bot.ops.errors import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot

    from bot.channels.telegram.sending.pace import Pace

KEPT = 10_000
_log = logging.getLogger(__name__)


class Apologies:
    """Says once for each update that its answer will be late.

    Args:
        bot: who speaks.
        pace: how fast.
    """

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot = bot
        self._pace = pace
        self._told: set[int] = set()

    async def __call__(self, updates: Sequence[dict[str, Any]]) -> None:
        """Tell the people behind these updates; groups are not disturbed."""
        if len(self._told) > KEPT:
            self._told.clear()
        for raw in updates:
            chat = chat_of(raw) if "message" in raw else None
            if chat is not None and chat > 0 and raw["update_id"] not in self._told:
                self._told.add(raw["update_id"])
                await self._tell(chat)

    async def _tell(self, chat: int) -> None:
        await self._pace.turn()
        try:
            for message in outgoing(notices.storage_delay(), Place(chat)):
                await message.call(self._bot)
        except TelegramError as error:
            _log.info("Nobody could be told of the delay (%s).", describe_answer(error))
        except Exception as error:  # noqa: BLE001 - an answer that cannot be read changes nothing
            _log.warning("An answer cannot be read (%s).", describe(error))
