"""A reply as Telegram wants it: parts short enough, escaped, with a keyboard under the last."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram.sending.button_labels import readable
from bot.conversation.choices import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.conversation.messages import Button, Paragraph, Reply

TEXT_LIMIT = 4096  # code points, counted by Telegram once the entities are decoded
DATA_LIMIT = 64  # bytes
_BREAKS = ("\n\n", "\n", " ")
_JOINER = "\u200d"
_CLINGING = frozenset({_JOINER, "\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))})


@dataclass(frozen=True, slots=True)
class Part:
    """One message to send.

    Attributes:
        plain: the text as it is read.
        html: the same for the HTML parse mode.
        keyboard: the buttons below, if any.
    """

    plain: str
    html: str
    keyboard: InlineKeyboardMarkup | None = None


def render(reply: Reply) -> list[Part]:
    """Cut a reply into messages that Telegram takes.

    A part ends with a paragraph where it can, else with a line, a word, or anywhere; only the
    white space at a cut is dropped. An empty reply gives no part.

    Raises:
        ValueError: a button's data is empty or over 64 bytes, or buttons stand under no text.
    """
    reply = readable(reply)
    keyboard = _keyboard(reply.buttons)
    text, strong = _flatten(reply.paragraphs)
    parts = [
        Part(plain=text[start:end], html=_markup(text, strong, start, end))
        for start, end in _spans(text)
    ]
    if keyboard is None:
        return parts
    if not parts:
        raise ValueError("a reply with buttons needs a text: Telegram sends no buttons alone")
    return [*parts[:-1], replace(parts[-1], keyboard=keyboard)]


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    for button in buttons:
        size = len(button.data.encode())
        if not button.url and not 1 <= size <= DATA_LIMIT:
            raise ValueError(
                f"the data of a button has {size} bytes, Telegram takes 1 to {DATA_LIMIT}: "
                "shorten what the conversation puts there"
            )
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [[_telegram_button(each) for each in row] for row in _rows(buttons)]
    )


def _rows(buttons: Sequence[Button]) -> list[list[Button]]:
    """One button a row; whether a reply helped, yes or no, is one question and one row."""
    rows: list[list[Button]] = []
    kinds = [choice.kind if (choice := parse(button.data)) else None for button in buttons]
    for button, kind, before in zip(buttons, kinds, [None, *kinds], strict=False):
        if (before, kind) == ("yes", "no"):
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows


def _telegram_button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=button.data)


def _flatten(paragraphs: Sequence[Paragraph]) -> tuple[str, list[tuple[int, int]]]:
    """The whole text, and where it is strong."""
    text = ""
    strong: list[tuple[int, int]] = []
    for paragraph in paragraphs:
        if not paragraph.text.strip():
            continue
        text += "\n\n" if text else ""
        if paragraph.strong:
            strong.append((len(text), len(text) + len(paragraph.text)))
        text += paragraph.text
    return text, strong


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each part starts and ends, without white space at either side."""
    start = 0
    while rest := text[start:].lstrip():
        start = len(text) - len(rest)
        end = _part_end(text, start)
        yield start, start + len(text[start:end].rstrip())
        start = end


def _part_end(text: str, start: int) -> int:
    """The best end of a part that begins at ``start``."""
    stop = start + TEXT_LIMIT
    if len(text) <= stop:
        return len(text)
    for mark in _BREAKS:
        at = text.rfind(mark, start + 1, stop + len(mark))
        if at > start:
            return at
    # One endless word: at least no letter loses its accent and no emoji is taken apart.
    for at in range(stop, start + TEXT_LIMIT // 2, -1):
        if not _clings(text[at - 1], text[at]):
            return at
    return stop


def _clings(before: str, after: str) -> bool:
    return before == _JOINER or after in _CLINGING or unicodedata.combining(after) > 0


def _markup(text: str, strong: list[tuple[int, int]], start: int, end: int) -> str:
    """The part of ``text`` from ``start`` to ``end``, escaped, with every tag closed."""
    pieces: list[str] = []
    at = start
    for first, last in strong:
        inside = max(first, start), min(last, end)
        if inside[0] < inside[1]:
            pieces.append(_escape(text[at : inside[0]]))
            pieces.append(f"<b>{_escape(text[slice(*inside)])}</b>")
            at = inside[1]
    pieces.append(_escape(text[at:end]))
    return "".join(pieces)


def _escape(text: str) -> str:
    # Telegram decodes no other named entity, and quotes only matter inside a tag.
    return html.escape(text, quote=False)
