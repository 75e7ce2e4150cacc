"""Buttons that a phone can show: a long label is written out above, numbered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.messages import Button, Paragraph

if TYPE_CHECKING:
    from bot.messages import Reply

LABEL_LIMIT = 34
"""Letters that a narrow phone shows on a button before it cuts the rest off."""


def readable(reply: Reply) -> Reply:
    """The same reply; labels too long for a button are listed in the text and shortened."""
    if all(len(button.label) <= LABEL_LIMIT for button in reply.buttons):
        return reply
    numbered = list(enumerate(reply.buttons, 1))
    listed = "\n".join(f"{n}. {button.label}" for n, button in numbered if _is_long(button))
    buttons = tuple(_shortened(n, button) for n, button in numbered)
    return replace(reply, paragraphs=(*reply.paragraphs, Paragraph(listed)), buttons=buttons)


def _is_long(button: Button) -> bool:
    return len(button.label) > LABEL_LIMIT


def _shortened(number: int, button: Button) -> Button:
    if not _is_long(button):
        return button
    start = button.label[: LABEL_LIMIT - len(f"{number}. …")].rsplit(" ", 1)[0]
    return replace(button, label=f"{number}. {start}…")
