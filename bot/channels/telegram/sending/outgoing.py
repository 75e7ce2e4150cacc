"""A message on its way to Telegram, in a form that can be stored."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode

from bot.channels.telegram.sending.render import render
from bot.ops.fields import known_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from telegram import Bot

    from bot.channels.telegram.places import Place
    from bot.conversation.messages import Reply


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message.

    Attributes:
        chat: where it goes.
        html, plain: what it says, for the HTML parse mode and as it is read.
        keyboard: the buttons below, as Telegram's JSON.
        thread: the topic of a forum.
        question: the message under which it stands.
        edits: a message of ours that it replaces.
        replaces: a message of theirs whose answer it replaces, see :meth:`in_place_of`.
        as_plain: whether Telegram has refused the HTML form.
        doubted: whether it was sent before and no answer came.
    """

    chat: int
    html: str
    plain: str
    keyboard: dict[str, Any] | None = None
    thread: int | None = None
    question: int | None = None
    edits: int | None = None
    replaces: int | None = None
    as_plain: bool = False
    doubted: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Outgoing:
        """The inverse of ``to_dict``; what another version has added is passed over."""
        return cls(**known_fields(cls, data))

    def in_place_of(self, numbers: Iterable[int | None]) -> Outgoing:
        """The message once it is known what it replaces.

        Args:
            numbers: of our messages that answered; None: it is not known, or was not sent. When
                they are one message, it is edited; else this is a new one.
        """
        sent = {number for number in numbers if number}  # an edit repeats one
        return replace(self, replaces=None, edits=sent.pop() if len(sent) == 1 else None)

    async def call(self, bot: Bot) -> int:
        """Send it, or edit the message that it replaces; Telegram's number of the message.

        Raises:
            TelegramError: Telegram or the network said no.
        """
        said: dict[str, Any] = {
            "text": self.plain if self.as_plain else self.html,
            "parse_mode": None if self.as_plain else ParseMode.HTML,
            "reply_markup": InlineKeyboardMarkup.de_json(self.keyboard) if self.keyboard else None,
            "link_preview_options": LinkPreviewOptions(is_disabled=True),
        }
        if self.edits is not None:
            await bot.edit_message_text(chat_id=self.chat, message_id=self.edits, **said)
            return self.edits
        sent = await bot.send_message(
            chat_id=self.chat,
            message_thread_id=self.thread,
            reply_parameters=self._answering(),
            **said,
        )
        return sent.message_id

    def _answering(self) -> ReplyParameters | None:
        if self.question is None:
            return None
        return ReplyParameters(self.question, allow_sending_without_reply=True)


def outgoing(reply: Reply, place: Place) -> list[Outgoing]:
    """A reply as messages; only the first stands under the question.

    Raises:
        ValueError: the reply cannot be rendered.
    """
    whole = [
        Outgoing(
            place.chat,
            part.html,
            part.plain,
            part.keyboard.to_dict() if part.keyboard else None,
            place.thread,
        )
        for part in render(reply)
    ]
    return [replace(whole[0], question=place.question), *whole[1:]] if whole else []
