"""What waits in the outbox as the messages that it becomes: rendered when it is to be sent."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.channels.telegram.places import Place
from bot.channels.telegram.sending.outgoing import Outgoing, outgoing
from bot.channels.worker_pool import retry_store_call
from bot.conversation import replies
from bot.conversation.messages import Button
from bot.conversation.replies import notices
from bot.ops.errors import BotError
from bot.store.boxes.letters import VERSION, Letter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from telegram import Bot

    from bot.conversation.messages import Reply
    from bot.store.boxes.boxes import Boxes
    from bot.store.boxes.due import Due
    from bot.store.store import Store, Transaction

_log = logging.getLogger(__name__)


class UndeliverableError(BotError):
    """Something that waits can never be sent; the message says why."""


class NotYetError(BotError):
    """Something that waits cannot be sent yet, and what follows it in its chat waits with it.

    Attributes:
        seconds: until it may be.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not for {seconds:.1f} s")
        self.seconds = seconds


def payload_of(messages: Sequence[Outgoing]) -> dict[str, Any]:
    """What is left of a reply once it was begun: its messages, so that no part changes any more."""
    return {"version": VERSION, "messages": [message.to_dict() for message in messages]}


class Opener:
    """Makes messages of what waits.

    Args:
        bot: who speaks.
        store: where everything is written.
        boxes: of this bot.
    """

    def __init__(self, bot: Bot, store: Store, boxes: Boxes) -> None:
        self._bot = bot
        self._store = store
        self._outbox = boxes.outbox
        self._chats = boxes.chats

    async def open(self, due: Due) -> list[Outgoing]:
        """The messages to send, in order.

        Raises:
            UndeliverableError: there are none, and never will be.
            UnknownVersionError: a newer version of the program wrote it.
        """
        if due.payload is None:
            raise UndeliverableError("sealed with another key")
        messages = _read_messages(due.payload)
        if messages is None:
            messages = await self._render(due.chat, Letter.from_dict(due.payload))
        if not messages:
            raise UndeliverableError("it says nothing")
        return [await self._resolve_edit(due.chat, message) for message in messages]

    async def _render(self, chat: str, letter: Letter) -> list[Outgoing]:
        place = Place.from_dict(letter.place or {"chat": await self._address(chat)})
        messages = _render_safely(self._add_invitation(letter.reply), place)
        # An edited question edits its answer where that is one message; else it is a new one.
        if len(messages) == 1:
            return [replace(messages[0], replaces=place.replaces)]
        return messages

    async def _address(self, chat: str) -> int:
        trouble = "a message has to wait for the database"
        number = await retry_store_call(lambda: self._chats.read_address(chat), trouble)
        if not number:
            raise UndeliverableError("the address of the chat is not kept")
        return number

    def _add_invitation(self, reply: Reply) -> Reply:
        """Add the link to a private chat to a reply that asks for one; see ``Reply.private``."""
        if not reply.private:
            return reply
        link = f"https://t.me/{self._bot.username}?start={reply.private}"
        return replace(reply, buttons=(*reply.buttons, Button(notices.IN_PRIVATE, url=link)))

    async def _resolve_edit(self, chat: str, message: Outgoing) -> Outgoing:
        """Give an edit the number of the message that it replaces, which has been sent by now."""
        if (question := message.replaces) is None:
            return message

        async def read_answers(transaction: Transaction) -> list[tuple[str, int | None]]:
            return await self._outbox.answer_to(transaction, chat, question)

        answers = await retry_store_call(
            lambda: self._store.write(read_answers), "an edit has to wait for the database"
        )
        return message.in_place_of(number for _, number in answers)


def _read_messages(payload: Mapping[str, Any]) -> list[Outgoing] | None:
    """The messages of a payload that was rendered before; None for a letter, which was not."""
    if "html" in payload:  # as they were stored before letters: each message by itself
        return [Outgoing.from_dict(payload)]
    if "messages" in payload:
        return [Outgoing.from_dict(message) for message in payload["messages"]]
    return None


def _render_safely(reply: Reply, place: Place) -> list[Outgoing]:
    """The reply as messages; an apology when Telegram cannot show it."""
    try:
        return outgoing(reply, place)
    except ValueError as error:
        _log.error("A reply cannot be shown: %s", error)
        return outgoing(replies.apology(), place)
