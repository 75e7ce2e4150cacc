"""Tells which messages are meant for the bot, and reads what they say."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from telegram.constants import MessageAttachmentType

from bot.channels.telegram.places import is_private
from bot.conversation.command_table import command_of_name
from bot.conversation.messages import File
from bot.conversation.turns import TEXT

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from telegram import Message, User

_NAME_LIMIT = 100
OTHER = "other"
"""The kind of a message whose content has no name here."""

# A place with a name is also given as a location.
_CONTENTS = (MessageAttachmentType.VENUE, *MessageAttachmentType)
_COMMAND = re.compile(
    r"/(?P<name>\w[\w-]{0,31})(?:@(?P<bot>\w+))?[.,;:!?…]*(?P<rest>(?:\s.*)?)", re.DOTALL
)


def has_content(message: Message, me: User) -> bool:
    """Whether a person wrote or attached something.

    False for service messages, for other bots, and for our own words that somebody posts by
    typing our name (inline results).
    """
    sender = message.from_user
    if message.via_bot is not None and message.via_bot.id == me.id:
        return False
    # An anonymous administrator writes as a bot in the name of the group.
    if sender is not None and sender.is_bot and message.sender_chat is None:
        return False
    return bool(message.text or message.caption or message.effective_attachment)


def kind_of(message: Message) -> str:
    """``text`` when it has words, a caption included; else what Telegram calls its content."""
    if message.text or message.caption:
        return TEXT
    return next((str(kind) for kind in _CONTENTS if getattr(message, kind, None)), OTHER)


def files_of(message: Message) -> tuple[File, ...]:
    """What came with a message; the kinds that are no files, such as a place, among it."""
    kind = next((str(kind) for kind in _CONTENTS if getattr(message, kind, None)), "")
    if not kind:
        return ()
    found: Any = getattr(message, kind)
    # Of a photo there are several sizes, the largest last.
    one = found[-1] if isinstance(found, tuple | list) else found
    name, size = getattr(one, "file_name", None), getattr(one, "file_size", None)
    handle = getattr(one, "file_id", None)
    return (File(kind, harmless_name(name or ""), size or 0, handle or ""),)


def harmless_name(name: str) -> str:
    """A file's name without folders, line ends and what no file system takes, at most 100 long."""
    last = re.split(r"[/\\]", _sound(name))[-1]
    kept = "".join(letter for letter in last if letter.isprintable()).strip(". ")
    return kept[-_NAME_LIMIT:]


def answered_by(message: Message) -> int | None:
    """The number of the message that one replies to; in a forum all formally reply to the root."""
    original = message.reply_to_message
    if original is None or original.forum_topic_created is not None:
        return None
    if message.is_topic_message and original.message_id == message.message_thread_id:
        return None
    return original.message_id


def text_for_us(message: Message, me: User, commands: AbstractSet[str]) -> str | None:
    """The text or caption without our name in it; None when the message is not meant for us.

    In a group that means: a command of ours (``commands``, or one with our name), a mention, or a
    reply to one of our messages.
    """
    text = _sound(message.text or message.caption or "")
    command = _COMMAND.fullmatch(unicodedata.normalize("NFC", text))
    name = me.username or ""
    if command and command["bot"]:
        ours = command["bot"].lower() == name.lower()
        return f"/{command['name']}{command['rest']}" if ours else None
    mention = re.compile(rf"[ \t]*(?<!\w)@{re.escape(name)}\b(?:[ \t]*[,:])?", re.IGNORECASE)
    addressed = (
        is_private(message)
        or (command is not None and command_of_name(command["name"]) in commands)
        or mention.search(text) is not None
        or _answers_us(message, me)
    )
    return mention.sub("", text).strip() if addressed else None


def _answers_us(message: Message, me: User) -> bool:
    original = message.reply_to_message
    if original is None or original.forum_topic_created is not None:
        return False  # in a forum everything formally replies to the topic's first message
    return original.from_user is not None and original.from_user.id == me.id


def _sound(text: str) -> str:
    """The text without halves of characters, which no database and no answer can hold."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
