"""Buttons that a phone can show: a long label is written out above, numbered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation.messages import Button, Paragraph
from bot.conversation.replies.answers import WRITE_TO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.messages import Reply

LABEL_LIMIT = 34
"""Letters that a narrow phone shows on a button before it cuts the rest off."""


def readable(reply: Reply) -> Reply:
    """List labels that are too long for a button in the text of ``reply``, and shorten them.

    A desk behind them is no item of the list: its button says what pressing it does.
    """
    if not any(map(_is_to_be_listed, reply.buttons)):
        return replace(reply, buttons=tuple(map(_cut, reply.buttons)))
    first, last = _from_first_to_last_long(reply.buttons)
    before, chosen, after = reply.buttons[:first], reply.buttons[first:last], reply.buttons[last:]
    # From 1 on and without a gap, or the list looks as if something were missing.
    numbered = [(f"{number}. ", button) for number, button in enumerate(chosen, 1)]
    listed = Paragraph("\n".join(f"{number}{button.label}" for number, button in numbered))
    shown = (
        replace(button, label=_shorten_label(number, button.label)) for number, button in numbered
    )
    buttons = (*map(_cut, before), *shown, *map(_cut, after))
    return replace(reply, paragraphs=(*reply.paragraphs, listed), buttons=buttons)


def _from_first_to_last_long(buttons: Sequence[Button]) -> tuple[int, int]:
    """Where the long labels begin, and where they have ended."""
    long = [at for at, button in enumerate(buttons) if _is_to_be_listed(button)]
    return long[0], long[-1] + 1


def _is_to_be_listed(button: Button) -> bool:
    return len(button.label) > LABEL_LIMIT and not button.label.startswith(WRITE_TO)


def _cut(button: Button) -> Button:
    return replace(button, label=_shorten_label("", button.label))


def _shorten_label(number: str, label: str) -> str:
    """A label as its number and as many of its words as a button shows."""
    room = LABEL_LIMIT - len(number)
    if len(label) <= room:
        return number + label
    return f"{number}{label[: room - len('…')].rsplit(' ', 1)[0]}…"
