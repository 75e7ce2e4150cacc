"""What happens in the group of a desk, read from Telegram's updates."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from telegram import Update
from telegram.constants import MessageEntityType

from bot.channels.telegram.updates.addressing import answered_by, files_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram import CallbackQuery, Message, User

    from bot.conversation.messages import File

_COMMAND = re.compile(r"/(\w{1,32})(?:@(\w+))?[.!…]*(?:\s+(.*))?", re.DOTALL)


class Person(NamedTuple):
    """Somebody in a group: their numeric id, and the name that colleagues see."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class DeskSaid:
    """A message in a desk's group.

    Attributes:
        update_id: of the update.
        chat: the group's id as it is now.
        thread: the topic, if it is in one.
        number: of the message.
        text: what it says.
        sender: who; None when ``refused`` says why nobody can be named.
        anonymous: whether an administrator writes in the name of the group.
        refused: why it counts for nothing: ``bot``, ``channel`` or ``forward``; else empty.
        answers: the message that it replies to.
        answers_us: whether that is the bot's.
        colleague: whose message it replies to, or who is mentioned by it.
        files: what came with it.
        edited: whether it was there before in other words.
        album: names what was sent together; empty for a message of its own.
    """

    update_id: int
    chat: int
    thread: int | None
    number: int
    text: str
    sender: Person | None
    anonymous: bool = False
    refused: str = ""
    answers: int | None = None
    answers_us: bool = False
    colleague: Person | None = None
    files: tuple[File, ...] = ()
    edited: bool = False
    album: str = ""


@dataclass(frozen=True, slots=True)
class DeskPressed:
    """A press on a button in a desk's group; ``number`` is that of the message it stands under."""

    update_id: int
    query_id: str
    chat: int
    number: int
    data: str
    sender: Person


class Command(NamedTuple):
    """A command: its name without accents, and what follows it."""

    name: str
    rest: str


def read_at_desk(raw: Mapping[str, Any], me: User) -> DeskSaid | DeskPressed | None:
    """An update of a desk's group that was found sound; None when nobody says or presses anything.

    Args:
        raw: the update as Telegram gave it.
        me: who we are.
    """
    update = Update.de_json(dict(raw), None)
    message = update.message or update.edited_message
    if message is not None:
        return read_said(update, message, me)
    if update.callback_query is not None:
        return read_pressed(update.update_id, update.callback_query)
    return None


def read_said(update: Update, message: Message, me: User) -> DeskSaid | None:
    """A message in a desk's group; None for one of the group's own notices."""
    text = message.text or message.caption or ""
    files = files_of(message)
    if not text and not files:
        return None
    anonymous = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    original = message.reply_to_message if answered_by(message) is not None else None
    author = original.from_user if original is not None else None
    return DeskSaid(
        update.update_id,
        message.chat.id,
        message.message_thread_id if message.is_topic_message else None,
        message.message_id,
        text,
        None if anonymous else _person(message.from_user),
        anonymous,
        _refusal(message, anonymous=anonymous),
        answered_by(message),
        author is not None and author.id == me.id,
        _find_mention(message) or (_person(author) if author and not author.is_bot else None),
        files,
        update.edited_message is not None,
        message.media_group_id or "",
    )


def read_pressed(update_id: int, query: CallbackQuery) -> DeskPressed | None:
    """A press in a desk's group; None for one that names no message."""
    if query.message is None or not query.data:
        return None
    sender = Person(query.from_user.id, query.from_user.full_name)
    message = query.message
    return DeskPressed(update_id, query.id, message.chat.id, message.message_id, query.data, sender)


def command_in(text: str, me: str) -> Command | None:
    """The command that a text is; None when it is none, or one for another bot."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None or (found[2] and found[2].lower() != me.lower()):
        return None
    plain = unicodedata.normalize("NFD", found[1].lower())
    name = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return Command(name, (found[3] or "").strip())


def _refusal(message: Message, *, anonymous: bool) -> str:
    if message.forward_origin is not None:
        return "forward"
    if message.sender_chat is not None and not anonymous:
        return "channel"
    sender = message.from_user
    return "bot" if not anonymous and (sender is None or sender.is_bot) else ""


def _find_mention(message: Message) -> Person | None:
    """Somebody without a user name whom the message mentions."""
    for entity in message.entities:
        if entity.type == MessageEntityType.TEXT_MENTION and entity.user is not None:
            return _person(entity.user)
    return None


def _person(user: User | None) -> Person | None:
    return Person(user.id, user.full_name) if user is not None else None
