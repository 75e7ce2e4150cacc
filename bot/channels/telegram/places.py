"""Where an answer goes: chat, topic, and the question it answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from telegram import Message
from telegram.constants import ChatType

from bot.ops.fields import known_fields

ALBUM_PAUSE = timedelta(seconds=2)
"""How long the parts of an album may take to come, one update each."""

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram import MaybeInaccessibleMessage


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes.

    Attributes:
        chat: the chat's id.
        thread: the topic of a forum, if any.
        question: in a group, the message that is answered, so that people see which.
        replaces: a message of theirs that was edited, whose answer is edited too.
    """

    chat: int
    thread: int | None = None
    question: int | None = None
    replaces: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Place:
        """The inverse of ``to_dict``; a place that names a chat alone will do."""
        return cls(**{**known_fields(cls, data), "chat": int(data["chat"])})


def place_of(message: MaybeInaccessibleMessage) -> Place:
    """Where the answer to ``message``, or to a press on its buttons, goes."""
    if not isinstance(message, Message):
        return Place(message.chat.id)
    # Outside forums a reply has a thread id too, which Telegram refuses in an answer.
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(message.chat.id, thread)


def place_of_answer(message: Message) -> Place:
    """Where the answer to a question goes: in a group, under the question itself."""
    place = place_of(message)
    return place if is_private(message) else replace(place, question=message.message_id)


def is_private(message: MaybeInaccessibleMessage) -> bool:
    """Whether the message, or one that is gone, comes from a chat with one person."""
    return message.chat.type == ChatType.PRIVATE
