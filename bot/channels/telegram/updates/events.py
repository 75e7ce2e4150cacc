"""An update of Telegram's as the event that it is to us; what cannot be read is set apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from telegram import Chat, Message, Update, User
from telegram.constants import ChatMemberStatus

from bot.channels.telegram.places import Place, is_private, place_of, place_of_answer
from bot.channels.telegram.updates.addressing import (
    answered_by,
    files_of,
    has_content,
    kind_of,
    text_for_us,
)
from bot.conversation.messages import Incoming
from bot.ops.errors import BotError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from telegram import CallbackQuery, ChatMemberUpdated

CHANNEL = "telegram"
_GONE = frozenset({ChatMemberStatus.BANNED, ChatMemberStatus.LEFT})


class UnreadableError(BotError):
    """An update does not hold what Telegram documents; the message quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A message for us.

    Attributes:
        incoming: what it says.
        place: where the answer goes.
        message_id: Telegram's number of it in its chat.
        sender: the person's id; None for who writes in the name of a group.
        at: when it was sent.
        edited: whether it was there before and says something else now.
        attached: whether the words came with something that is not looked at, such as a photo.
    """

    incoming: Incoming
    place: Place
    message_id: int
    sender: int | None
    at: datetime
    edited: bool = False
    attached: bool = False

    @property
    def album(self) -> str:
        """Names the photos that were sent together; empty for a message of its own."""
        return self.incoming.album


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button pressed.

    Attributes:
        incoming: with what the button stands for.
        place: where the answer goes.
        message_id: of the message below which it stands; None when that cannot be changed any more.
        has_buttons: whether that message still had buttons when it was pressed.
    """

    incoming: Incoming
    place: Place
    message_id: int | None
    has_buttons: bool = True


@dataclass(frozen=True, slots=True)
class Searched:
    """Somebody types our name and some words in any chat, to find an answer to post there."""

    query_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot was added to a chat, or removed from it."""

    chat: int
    here: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A group has become a supergroup, with another number."""

    chat: int
    to: int


Event: TypeAlias = "Asked | Pressed | Searched | Membership | Moved"


def read(raw: dict[str, Any], me: User, commands: AbstractSet[str]) -> Event | None:
    """The event that an update is; None when it is none of our business.

    Args:
        raw: the update as Telegram gave it.
        me: who we are.
        commands: the names that are meant for us even in a group.

    Raises:
        UnreadableError: it does not hold what Telegram documents.
    """
    try:
        update = Update.de_json(raw, None)
        _require_sound(update)
        return _event(update, me, commands)
    except Exception as error:  # noqa: BLE001 - a wrong type deep inside may raise anything
        raise UnreadableError(type(error).__name__) from None


def chat_of(raw: dict[str, Any]) -> int | None:
    """The number of the chat that a raw update belongs to, as far as it can be told."""
    for kind in ("message", "edited_message", "my_chat_member"):
        if kind in raw:
            return _id_in(raw[kind], "chat")
    query = raw.get("callback_query")
    if isinstance(query, dict):
        found = _id_in(query.get("message"), "chat")
        return found if found is not None else _id_in(query, "from")
    return _id_in(raw.get("inline_query"), "from")


def press_of(raw: dict[str, Any] | None) -> str | None:
    """The number by which a press is acknowledged; None for any other raw update."""
    query = raw.get("callback_query") if raw else None
    number = query.get("id") if isinstance(query, dict) else None
    return number if isinstance(number, str) else None


def _id_in(holder: object, name: str) -> int | None:
    inner = holder.get(name) if isinstance(holder, dict) else None
    number = inner.get("id") if isinstance(inner, dict) else None
    return number if isinstance(number, int) else None


def _event(update: Update, me: User, commands: AbstractSet[str]) -> Event | None:
    message = update.message or update.edited_message
    if message is not None:
        return _read_move(message) or _read_question(update, message, me, commands)
    if update.callback_query is not None:
        return _read_press(update.update_id, update.callback_query)
    if update.inline_query is not None:
        return Searched(update.inline_query.id, update.inline_query.query)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    return None


def _read_move(message: Message) -> Moved | None:
    if message.migrate_to_chat_id is None:
        return None
    return Moved(message.chat.id, message.migrate_to_chat_id)


def _read_question(
    update: Update, message: Message, me: User, commands: AbstractSet[str]
) -> Asked | None:
    edited = update.edited_message is not None
    text = text_for_us(message, me, commands) if has_content(message, me) else None
    if text is None or (edited and not text):
        return None
    sender = message.from_user if message.sender_chat is None else None
    return Asked(
        Incoming(
            CHANNEL,
            str(message.chat.id),
            text=text,
            update_id=update.update_id,
            group=not is_private(message),
            kind=kind_of(message),
            message_id=message.message_id,
            edited=edited,
            files=files_of(message),
            answers=answered_by(message),
            album=message.media_group_id or "",
        ),
        place_of_answer(message),
        message.message_id,
        sender.id if sender and message.forward_origin is None else None,
        message.date,
        edited=edited,
        attached=bool(message.caption and message.effective_attachment),
    )


def _read_press(update_id: int, query: CallbackQuery) -> Pressed | None:
    message = query.message
    if message is None or not query.data:
        return None
    group = not is_private(message)
    known = message if isinstance(message, Message) else None
    return Pressed(
        Incoming(CHANNEL, str(message.chat.id), "", query.data, update_id, group=group),
        place_of(message),
        known.message_id if known else None,
        has_buttons=known is not None and known.reply_markup is not None,
    )


def _membership(change: ChatMemberUpdated) -> Membership:
    return Membership(change.chat.id, change.new_chat_member.status not in _GONE)


def _require_sound(update: Update) -> None:
    """Check what is relied on: the library itself takes a value of any type for these.

    Raises:
        TypeError: a value is missing or of another type than Telegram documents.
    """
    query = update.callback_query
    if query is not None:
        _require(query.id, str)
        _require(query.data, str, type(None))
    if update.inline_query is not None:
        _require(update.inline_query.id, str)
        _require(update.inline_query.query, str)
    if update.effective_user is not None:
        _require(update.effective_user.id, int)
    message = update.message or update.edited_message or (query.message if query else None)
    if message is not None:
        _require_sound_message(message)
    if update.my_chat_member is not None:
        _require(update.my_chat_member.chat.id, int)


def _require_sound_message(message: object) -> None:
    _require(getattr(message, "message_id", None), int)
    chat = getattr(message, "chat", None)
    _require(chat, Chat)
    _require(getattr(chat, "id", None), int)
    if isinstance(message, Message):
        _require(message.text, str, type(None))
        _require(message.caption, str, type(None))
        _require(message.date, datetime)
        _require(message.message_thread_id, int, type(None))
        _require(message.migrate_to_chat_id, int, type(None))
        _require(message.media_group_id, str, type(None))


def _require(value: object, *types: type) -> None:
    if not isinstance(value, types):
        raise TypeError(f"an update holds a {type(value).__name__} out of place")
