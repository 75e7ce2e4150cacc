"""The Telegram application: its handlers, and the wires between Telegram and the conversation."""

from __future__ import annotations

import contextlib
import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from telegram import Message, Update
from telegram.ext import Application, CallbackQueryHandler, MessageHandler, filters

from bot import replies
from bot.messages import Incoming
from bot.telegram.delivery import Sender
from bot.telegram.intake import (
    has_content,
    is_private,
    place_of,
    place_of_answer,
    text_for_us,
)
from bot.telegram.lanes import ChatLanes
from bot.telegram.logs import describe, protect_logs
from bot.telegram.request import QuietRequest, UpdatesRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import CallbackQuery
    from telegram.ext import CallbackContext

    from bot.messages import Reply

App: TypeAlias = "Application[Any, Any, Any, Any, Any, Any]"
_Context: TypeAlias = "CallbackContext[Any, Any, Any, Any]"

_log = logging.getLogger(__name__)
_PRESSED_KEPT = 1000
_TELEGRAM = "https://api.telegram.org/bot"
_POLL_SLACK = 10.0  # seconds that a poll may last beyond what was agreed
_READ_SECONDS = 30.0  # a slow answer is better than not knowing whether a message went out


class Conversation(Protocol):
    """Whoever answers; the channel knows nothing else about it."""

    async def handle(self, incoming: Incoming) -> Reply:
        """The reply to one message, command or button press."""
        ...


class TelegramChannel:
    """Hands updates to the conversation and its replies to the sender.

    Args:
        conversation: who answers.
        sender: who speaks.
        typing_after: seconds of work after which a private chat is told to be patient.
    """

    def __init__(
        self, conversation: Conversation, sender: Sender, typing_after: float = 0.5
    ) -> None:
        self._conversation = conversation
        self._sender = sender
        self._typing_after = typing_after
        self._commands = frozenset(name for name, _ in replies.command_descriptions()) | {"start"}
        self._pressed: OrderedDict[tuple[int, int], None] = OrderedDict()

    async def on_message(self, update: Update, context: _Context) -> None:
        """Answer a message that is meant for us; what has no text gets told so."""
        message = update.message
        if message is None or not has_content(message):
            return
        text = text_for_us(message, context.bot.bot, self._commands)
        if text is None:
            return
        reply = await self._answer(update.update_id, message, text)
        await self._sender.send(place_of_answer(message), reply)

    async def on_press(self, update: Update, context: _Context) -> None:  # noqa: ARG002 - the library passes both
        """Answer the press of a button, once a keyboard."""
        query = update.callback_query
        if query is None:
            return
        await self._sender.acknowledge(query.id)
        if query.data is not None and query.message is not None and not self._is_used(query):
            reply = await self._conversation.handle(
                _incoming(update.update_id, query.message.chat.id, choice=query.data)
            )
            await self._retire(query)
            await self._sender.send(place_of(query.message), reply)

    async def on_error(self, update: object, context: _Context) -> None:
        """Log what failed, without a word of what was asked, and say sorry."""
        error = context.error
        _log.error("An update was not answered: %s.", describe(error) if error else "no reason")
        message = update.effective_message if isinstance(update, Update) else None
        if message is not None:
            await self._sender.send(place_of(message), replies.apology())

    async def _answer(self, update_id: int, message: Message, text: str) -> Reply:
        if not (message.text or message.caption):
            return replies.text_only()
        incoming = _incoming(update_id, message.chat.id, text=text)
        async with self._typing(message):
            return await self._conversation.handle(incoming)

    def _typing(self, message: Message) -> contextlib.AbstractAsyncContextManager[None]:
        if not is_private(message):
            return contextlib.nullcontext()
        return self._sender.typing(message.chat.id, self._typing_after)

    def _is_used(self, query: CallbackQuery) -> bool:
        message = query.message
        return message is not None and (message.chat.id, message.message_id) in self._pressed

    async def _retire(self, query: CallbackQuery) -> None:
        """Take the buttons away; a second press that was already on its way counts no more."""
        message = query.message
        if not isinstance(message, Message):
            return  # too old to be edited
        if await self._sender.remove_keyboard(message.chat.id, message.message_id):
            self._pressed[message.chat.id, message.message_id] = None
            while len(self._pressed) > _PRESSED_KEPT:
                self._pressed.popitem(last=False)


def build_application(
    token: str,
    conversation: Conversation,
    base_url: str | None = None,
    on_stop: Callable[[], Awaitable[None]] | None = None,
    typing_after: float = 0.5,
) -> App:
    """Wire an application for ``run_polling``; nothing is sent yet.

    Args:
        token: the bot's token.
        conversation: who answers.
        base_url: of a Bot API server that is not Telegram's, such as ``http://127.0.0.1:8081/bot``.
        on_stop: awaited by ``run_polling`` when everything else has ended.
        typing_after: seconds of work after which a private chat sees that the bot is typing.
    """
    protect_logs(token)
    application: App = (
        Application.builder()
        .token(token)
        .base_url(base_url or _TELEGRAM)
        .request(QuietRequest(read_timeout=_READ_SECONDS, pool_timeout=_READ_SECONDS))
        .get_updates_request(UpdatesRequest(connection_pool_size=1, read_timeout=_POLL_SLACK))
        .concurrent_updates(ChatLanes())
        .updater(None)
        .job_queue(None)
        .build()
    )
    if on_stop is not None:
        application.post_stop = lambda _: _finish(on_stop)
    _add_handlers(application, TelegramChannel(conversation, Sender(application.bot), typing_after))
    return application


def _add_handlers(application: App, channel: TelegramChannel) -> None:
    # Edited messages are ignored: neither asked for nor handled.
    application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, channel.on_message))
    application.add_handler(CallbackQueryHandler(channel.on_press))
    application.add_error_handler(channel.on_error)


async def _finish(on_stop: Callable[[], Awaitable[None]]) -> None:
    await on_stop()


def _incoming(update_id: int, chat: int, text: str = "", choice: str = "") -> Incoming:
    return Incoming("telegram", str(chat), text=text, choice=choice, update_id=update_id)
