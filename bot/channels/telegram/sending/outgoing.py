"""A message on its way to Telegram, in a form that can be stored."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode

from bot.channels.telegram.sending.albums import AlbumPart
from bot.channels.telegram.sending.render import render
from bot.ops.fields import known_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from telegram import Bot

    from bot.channels.telegram.places import Place
    from bot.conversation.messages import Reply


Kind = Literal["send", "copy", "album", "caption", "delete", "topic", "close", "reopen"]
"""What is called: send or edit a text, copy a message of somebody's, send several files of
somebody's together, change the words under a copy, delete a message, make a topic, close it, open
it again."""


class Arrived(NamedTuple):
    """What Telegram made of a call.

    Attributes:
        number: of the message, or of the topic that was made.
        astray: whether it stands outside of the topic that was named, for there are none any more.
        numbers: of all the files of an album, in order.
    """

    number: int
    astray: bool = False
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, or another call that has its turn among messages.

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
        kind: what is called.
        from_chat, from_message: what is copied; of an album, its first message.
        album: the files of an album, as JSON of :class:`AlbumPart`.
        about: the ticket that it belongs to, as JSON; None: none.
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
    kind: Kind = "send"
    from_chat: int = 0
    from_message: int = 0
    album: list[dict[str, Any]] = field(default_factory=list)
    about: dict[str, Any] | None = None

    @property
    def is_apart(self) -> bool:
        """Whether it is about a ticket, and of none of its messages."""
        return self.about is not None and not self.about.get("message")

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

    async def call(self, bot: Bot) -> Arrived:
        """Make the call; what Telegram made of it.

        Raises:
            TelegramError: Telegram or the network said no.
        """
        if self.kind == "send":
            return await self._say(bot)
        if self.kind in {"copy", "caption"}:
            return await self._copy(bot)
        if self.kind == "album":
            return await self._send_together(bot)
        if self.kind == "topic":
            made = await bot.create_forum_topic(self.chat, self.plain)
            return Arrived(made.message_thread_id)
        return await self._change(bot)

    async def _say(self, bot: Bot) -> Arrived:
        said: dict[str, Any] = {
            "text": self.plain if self.as_plain else self.html,
            "link_preview_options": LinkPreviewOptions(is_disabled=True),
            **self._form(),
        }
        if self.edits is not None:
            await bot.edit_message_text(chat_id=self.chat, message_id=self.edits, **said)
            return Arrived(self.edits)
        sent = await bot.send_message(
            chat_id=self.chat,
            message_thread_id=self.thread,
            reply_parameters=self._answering(),
            **said,
        )
        astray = self.thread is not None and not sent.is_topic_message
        return Arrived(sent.message_id, astray)

    async def _copy(self, bot: Bot) -> Arrived:
        words = {"caption": (self.plain if self.as_plain else self.html) or None, **self._form()}
        if self.edits is not None:
            await bot.edit_message_caption(chat_id=self.chat, message_id=self.edits, **words)
            return Arrived(self.edits)
        copied = await bot.copy_message(
            chat_id=self.chat,
            from_chat_id=self.from_chat,
            message_id=self.from_message,
            message_thread_id=self.thread,
            reply_parameters=self._answering(),
            **words,
        )
        return Arrived(copied.message_id)

    async def _send_together(self, bot: Bot) -> Arrived:
        parts = (AlbumPart(**part) for part in self.album)
        sent = await bot.send_media_group(
            self.chat,
            [part.to_media(as_plain=self.as_plain) for part in parts],
            message_thread_id=self.thread,
            reply_parameters=self._answering(),
        )
        astray = self.thread is not None and not sent[0].is_topic_message
        return Arrived(sent[0].message_id, astray, tuple(each.message_id for each in sent))

    async def _change(self, bot: Bot) -> Arrived:
        if self.kind == "delete":
            await bot.delete_message(self.chat, self.edits or 0)
            return Arrived(0)
        if self.kind == "close":
            await bot.close_forum_topic(self.chat, self.thread or 0)
        else:
            await bot.reopen_forum_topic(self.chat, self.thread or 0)
        return Arrived(self.edits or 0)

    def _form(self) -> dict[str, Any]:
        return {
            "parse_mode": None if self.as_plain else ParseMode.HTML,
            "reply_markup": InlineKeyboardMarkup.de_json(self.keyboard) if self.keyboard else None,
        }

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
