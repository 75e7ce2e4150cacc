"""Albums of a ticket: what came in as one goes out as one, once all of it is there."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.channels.telegram.desks.parts import CAPTION_LIMIT, has_words, parts_of
from bot.channels.telegram.places import ALBUM_PAUSE
from bot.channels.telegram.sending.albums import MOST, AlbumPart, may_stand_together
from bot.channels.telegram.sending.opening import NotYetError, UndeliverableError
from bot.channels.telegram.sending.outgoing import Outgoing
from bot.conversation.replies import desk_notes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.channels.telegram.desks.parts import Target
    from bot.channels.telegram.places import Place
    from bot.conversation.messages import Reply
    from bot.escalation.ports import Records
    from bot.escalation.tickets import Message
    from bot.escalation.tickets import Place as CopyPlace

READ_WITHIN = timedelta(seconds=30)
"""How long an album waits, at most, for what came in after its last file to be read."""

LOOK_SECONDS = 0.5


async def waiting_album(
    records: Records, message: Message, place: CopyPlace, now: datetime
) -> list[Message]:
    """What is sent together with a message of a ticket, itself first; itself alone: no album.

    Args:
        records: of the transaction.
        message: whose turn it is.
        place: where it goes: ``topic`` or ``asker``.
        now: the present moment of the tickets.

    Raises:
        NotYetError: more of the album may still come.
        UndeliverableError: the message went out with another one of its album.
    """
    together = await records.messages.of_album(message.album)
    if not together:
        return [message]
    waiting = [part for part in together if await _is_pending(records, part, place)]
    if message.id not in {part.id for part in waiting}:
        raise UndeliverableError("it went out with its album")
    if len(together) < MOST:
        await _wait_for_more(records, together[-1], now)
    kept = [part for part in waiting if part.state == "kept" and part.id > message.id]
    return [message, *(part for part in kept if part.ticket_id == message.ticket_id)]


async def _wait_for_more(records: Records, last: Message, now: datetime) -> None:
    """Wait until no more of an album can come: a while, and until what has come in is read."""
    since = now - last.at
    if since < ALBUM_PAUSE:
        raise NotYetError((ALBUM_PAUSE - since).total_seconds())
    if since < READ_WITHIN and await records.messages.is_chat_unread(last):
        raise NotYetError(LOOK_SECONDS)


async def _is_pending(records: Records, message: Message, place: CopyPlace) -> bool:
    copies = await records.messages.copies(message.id)
    return any(copy.place == place and copy.state == "pending" for copy in copies)


def can_be_album(messages: Sequence[Message]) -> bool:
    """Whether Telegram shows these messages as one."""
    files = [file for message in messages for file in message.attachments]
    sound = len(files) == len(messages) and all(file.handle for file in files)
    return sound and may_stand_together([file.kind for file in files])


def album_parts(
    messages: Sequence[Message], source: Target, reply: Reply, place: Place, *, for_desk: bool
) -> list[Outgoing]:
    """The calls for an album; words that are too long for a caption go before it.

    Args:
        messages: what was sent together; the first is the one whose turn it is.
        source: where the first was written: it is copied alone when the album is refused.
        reply: the words of the first, as they are shown where it goes.
        place: where that is.
        for_desk: whether that is a desk, which needs no words about a file without any.
    """
    before: list[Outgoing] = []
    parts: list[AlbumPart] = []
    for message in messages:
        words = _words(message, reply if message is messages[0] else None, for_desk=for_desk)
        calls = parts_of(words, place)
        short = len(calls) == 1 and len(calls[0].plain) <= CAPTION_LIMIT
        file = message.attachments[0]
        part = AlbumPart(message.id, file.kind, file.handle)
        if short:
            part = replace(part, html=calls[0].html, plain=calls[0].plain)
        else:
            before += calls
        parts.append(part)
    first = parts[0]
    album = Outgoing(place.chat, first.html, first.plain, question=place.question, kind="album")
    album = replace(album, from_chat=source.chat, from_message=source.number or 0)
    return [*before, replace(album, album=[asdict(part) for part in parts])]


def _words(message: Message, reply: Reply | None, *, for_desk: bool) -> Reply:
    """What stands below a file: of the first one with whose answer it is, and without buttons."""
    if reply is None:
        return desk_notes.asker_words(message.text if has_words(message) else "")
    if has_words(message):
        return replace(reply, buttons=())
    said = () if for_desk else reply.paragraphs[:1]
    return replace(reply, paragraphs=said, buttons=())
