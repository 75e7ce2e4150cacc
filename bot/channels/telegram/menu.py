"""What Telegram shows of us before anybody has written: the menu of commands, per language."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.channels.telegram.api.logs import describe_answer
from bot.conversation import replies
from bot.conversation.replies import notices

if TYPE_CHECKING:
    from telegram import Bot

LANGUAGES = ("", "fr", "en")
"""Everybody else gets the menu of the first one, in French."""

_log = logging.getLogger(__name__)


async def announce(bot: Bot, serves: str) -> None:
    """Set the menu and the description; they may fail, everything works all the same.

    Args:
        bot: whose.
        serves: whom it serves, in the organisation's own words.
    """
    try:
        for language in LANGUAGES:
            commands = replies.command_descriptions(language or "fr")
            await bot.set_my_commands(commands, language_code=language or None)
        await bot.set_my_short_description(notices.short_description(serves))
        await bot.set_my_description(notices.description(serves))
    except TelegramError as error:
        _log.warning("The menu of commands was not set (%s).", describe_answer(error))
