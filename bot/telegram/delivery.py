"""Sending, and what to do when Telegram or the network says no.

Telegram knows no "send this once": a line cut in the middle of a call leaves in doubt whether the
message went out. The rule, the same everywhere: an answer lost is worse than an answer twice, so
a cut or refused connection and a failing server (5xx) are tried again; but a call that Telegram
took and let time out very likely went through, and is not.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import httpx
from telegram import LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.telegram.logs import describe_answer
from bot.telegram.render import Part, render

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot

    from bot.messages import Reply
    from bot.telegram.intake import Place

_log = logging.getLogger(__name__)
_FLOOD_ATTEMPTS = 3
_CUT_PAUSES = (0.5, 2.0)
_TYPING_SECONDS = 4.5  # Telegram shows it for about five


@dataclass(slots=True)
class _Attempt:
    """One message on its way; learns from each refusal."""

    place: Place
    part: Part
    plain: bool = False
    floods: int = 0
    cuts: int = 0
    moved: bool = False

    def pause_after(self, error: TelegramError) -> float | None:
        """Seconds to wait before the next try, None to give up."""
        if isinstance(error, RetryAfter):
            return self._after_flood(error)
        if isinstance(error, ChatMigrated):
            return self._after_move(error)
        if isinstance(error, BadRequest):
            return self._after_bad_request(error)
        if isinstance(error, NetworkError) and not _may_have_arrived(error):
            return self._after_cut()
        return None

    def _after_flood(self, error: RetryAfter) -> float | None:
        self.floods += 1
        return seconds_of(error) if self.floods < _FLOOD_ATTEMPTS else None

    def _after_move(self, error: ChatMigrated) -> float | None:
        if self.moved:
            return None
        self.moved = True
        self.place = replace(self.place, chat=error.new_chat_id, question=None)
        return 0.0

    def _after_bad_request(self, error: BadRequest) -> float | None:
        if self.plain or "can't parse entities" not in error.message.lower():
            return None
        self.plain = True
        return 0.0

    def _after_cut(self) -> float | None:
        self.cuts += 1
        return _CUT_PAUSES[self.cuts - 1] if self.cuts <= len(_CUT_PAUSES) else None


class Sender:
    """Says things in chats. No method raises what Telegram or the network answers."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, place: Place, reply: Reply) -> bool:
        """Send every part in order, each at most once; stop at one that cannot be delivered.

        Returns:
            Whether all of it was delivered; what was not is logged.

        Raises:
            ValueError: the reply cannot be rendered.
        """
        for part in render(reply):
            attempt = _Attempt(place, part)
            if not await self._deliver(attempt):
                return False
            place = replace(attempt.place, question=None)
        return True

    async def acknowledge(self, query_id: str) -> None:
        """Stop the clock on a pressed button; one that is too old is let be."""
        for pause in (*_CUT_PAUSES[:1], None):
            try:
                await self._bot.answer_callback_query(query_id)
            except TelegramError as error:
                again = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
                if pause is None or not again:
                    _log.info("A button press was not acknowledged (%s).", describe_answer(error))
                    return
                await asyncio.sleep(pause)
            else:
                return

    async def remove_keyboard(self, chat: int, message_id: int) -> bool:
        """Take the buttons off a message; whether it worked."""
        try:
            await self._bot.edit_message_reply_markup(chat, message_id, reply_markup=None)
        except TelegramError as error:
            _log.info("Buttons were left in place (%s).", describe_answer(error))
            return False
        return True

    @contextlib.asynccontextmanager
    async def typing(self, chat: int, after: float) -> AsyncIterator[None]:
        """Show that an answer is being prepared, once that takes longer than ``after`` seconds.

        At once would be too soon: a quick answer would overtake it, and the chat would go on
        announcing a message that is already there.
        """
        task = asyncio.create_task(self._keep_typing(chat, after))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _keep_typing(self, chat: int, after: float) -> None:
        await asyncio.sleep(after)
        with contextlib.suppress(TelegramError):
            while True:
                await self._bot.send_chat_action(chat, ChatAction.TYPING)
                await asyncio.sleep(_TYPING_SECONDS)

    async def _deliver(self, attempt: _Attempt) -> bool:
        while True:
            try:
                await self._call(attempt)
            except TelegramError as error:
                pause = attempt.pause_after(error)
                if pause is None:
                    # Also a person who blocked us: nothing to do but to leave them alone.
                    _log.warning("A message was not delivered (%s).", describe_answer(error))
                    return False
                await asyncio.sleep(pause)
            else:
                return True

    async def _call(self, attempt: _Attempt) -> None:
        place, part = attempt.place, attempt.part
        await self._bot.send_message(
            chat_id=place.chat,
            text=part.plain if attempt.plain else part.html,
            parse_mode=None if attempt.plain else ParseMode.HTML,
            reply_markup=part.keyboard,
            message_thread_id=place.thread,
            reply_parameters=_answering(place),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )


def _answering(place: Place) -> ReplyParameters | None:
    if place.question is None:
        return None
    return ReplyParameters(place.question, allow_sending_without_reply=True)


def _may_have_arrived(error: NetworkError) -> bool:
    never_left = isinstance(error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout)
    return isinstance(error, TimedOut) and not never_left


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after  # a number today, a timedelta once the library changes its default
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
