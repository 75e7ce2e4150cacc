"""Files that are sent together: what one call shows as an album, and which files may stand in one.

The Bot API (``sendMediaGroup``) takes two to ten: photos and videos mixed, or documents alone, or
audio files alone. What stands in an album has no buttons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from telegram import InputMediaAudio, InputMediaDocument, InputMediaPhoto, InputMediaVideo
from telegram.constants import MediaGroupLimit, ParseMode

if TYPE_CHECKING:
    from collections.abc import Collection

MOST, LEAST = int(MediaGroupLimit.MAX_MEDIA_LENGTH), int(MediaGroupLimit.MIN_MEDIA_LENGTH)
_TOGETHER = (frozenset({"photo", "video"}), frozenset({"document"}), frozenset({"audio"}))

InputMedia: TypeAlias = InputMediaPhoto | InputMediaVideo | InputMediaDocument | InputMediaAudio


@dataclass(frozen=True, slots=True)
class AlbumPart:
    """A file of an album.

    Attributes:
        message: id of the ticket's message that it is a copy of.
        kind: ``photo``, ``video``, ``document`` or ``audio``.
        handle: Telegram's name of the file.
        html, plain: the words below it, for the HTML parse mode and as they are read.
    """

    message: int
    kind: str
    handle: str
    html: str = ""
    plain: str = ""

    def to_media(self, *, as_plain: bool) -> InputMedia:
        """As a call names it; ``as_plain``: Telegram has refused the HTML form."""
        words = (self.plain if as_plain else self.html) or None
        mode = None if as_plain else ParseMode.HTML
        if self.kind == "photo":
            return InputMediaPhoto(self.handle, words, mode)
        if self.kind == "video":
            return InputMediaVideo(self.handle, words, parse_mode=mode)
        if self.kind == "audio":
            return InputMediaAudio(self.handle, words, mode)
        return InputMediaDocument(self.handle, words, mode)


def may_stand_together(kinds: Collection[str]) -> bool:
    """Whether files of these kinds make one album."""
    return LEAST <= len(kinds) <= MOST and any(set(kinds) <= each for each in _TOGETHER)
