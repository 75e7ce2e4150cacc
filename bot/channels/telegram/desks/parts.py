"""The calls that one message of a ticket comes to: sent, copied, changed, taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bot.channels.telegram.sending.outgoing import Outgoing, outgoing
from bot.conversation.replies import tickets as said_to_asker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.channels.telegram.places import Place
    from bot.conversation.messages import Reply
    from bot.escalation.tickets import Message

CAPTION_LIMIT = 1024
"""Characters that Telegram takes under a file."""

WORDLESS = frozenset({"sticker", "location", "contact", "dice", "poll", "venue", "video_note"})
"""Kinds that take no words."""


class Target(NamedTuple):
    """A message where it stands; ``number`` is None for one that never arrived."""

    chat: int
    number: int | None


def parts_of(reply: Reply, place: Place) -> list[Outgoing]:
    """A reply as messages; nothing for an empty one.

    Raises:
        ValueError: it cannot be shown.
    """
    return [] if reply.is_empty else outgoing(reply, place)


def is_media(message: Message) -> bool:
    """Whether a message is more than its words."""
    return bool(message.attachments)


def has_words(message: Message) -> bool:
    """Whether somebody wrote anything beside a file."""
    if not is_media(message):
        return bool(message.text)
    return message.text != said_to_asker.without_words(message.attachments[0].kind)


def copy_parts(
    message: Message, source: Target, calls: Sequence[Outgoing], place: Place, *, for_desk: bool
) -> list[Outgoing]:
    """A file, with its words below as they may be seen; words that are too long go before it.

    Args:
        message: what was sent.
        source: where.
        calls: its words as they are shown where it goes.
        place: where it goes.
        for_desk: whether that is a desk, which needs no words about a file without any.
    """
    copy = Outgoing(
        place.chat,
        "",
        "",
        question=place.question,
        kind="copy",
        from_chat=source.chat,
        from_message=source.number or 0,
    )
    if for_desk and not has_words(message):
        return [copy]
    if _takes_words(message) and len(calls) == 1 and len(calls[0].plain) <= CAPTION_LIMIT:
        words = calls[0]
        return [replace(copy, html=words.html, plain=words.plain, keyboard=words.keyboard)]
    return [*calls, copy]


def edit_parts(
    message: Message, calls: Sequence[Outgoing], numbers: Sequence[int]
) -> list[Outgoing]:
    """Other words in place of those that stand there; new ones when that cannot be.

    Args:
        message: with the new words.
        calls: the new words as they are shown.
        numbers: of its parts where it stands; of a file, that of the file last.
    """
    if not numbers:
        return list(calls)
    texts = numbers
    if is_media(message):
        *texts, file = numbers
        if not texts:
            return _caption(message, calls, file)
    edits = [replace(call, edits=at) for call, at in zip(calls, texts, strict=False)]
    return [*edits, *calls[len(texts) :], *withdrawal(calls[0].chat, texts[len(calls) :])]


def _caption(message: Message, calls: Sequence[Outgoing], file: int) -> list[Outgoing]:
    """Other words below a file; new ones where it takes none, or not so many."""
    if not _takes_words(message) or len(calls) != 1 or len(calls[0].plain) > CAPTION_LIMIT:
        return list(calls)
    words = replace(calls[0], edits=file, kind="caption")
    # What stands in an album takes no buttons.
    return [replace(words, keyboard=None) if message.album else words]


def withdrawal(chat: int, numbers: Sequence[int]) -> list[Outgoing]:
    """What takes the parts of a message away; nothing when it is not there."""
    return [Outgoing(chat, "", "", edits=number, kind="delete") for number in numbers]


def _takes_words(message: Message) -> bool:
    return message.attachments[0].kind not in WORDLESS
