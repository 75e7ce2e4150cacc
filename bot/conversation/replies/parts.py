"""The parts of a reply: paragraphs, buttons, French typography."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import choices
from bot.conversation.messages import Button, Paragraph, Reply
from bot.conversation.wording import WAY

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN_SPACE = re.compile(r"(?<=\S) (?=[?!:;»%])|(?<=«) ")
_WORD = re.compile(r"\S+")
_STRAIGHT = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_NO_PROSE = ("://", "@", "`")
"""Marks that stand in addresses and code, and in no prose: such words keep their apostrophes."""


def say(text: str, *buttons: Button) -> Reply:
    """A reply of one paragraph."""
    return Reply((block(text),), buttons)


def titled_reply(title: str, *texts: str, buttons: Iterable[Button] = ()) -> Reply:
    """A heading with paragraphs below it; empty ones are left out."""
    blocks = tuple(block(text) for text in texts if text)
    return Reply((block(title, strong=True), *blocks), tuple(buttons))


def block(text: str, *, strong: bool = False) -> Paragraph:
    """A paragraph in French typography."""
    return Paragraph(french(text), strong)


def button(label: str, data: str) -> Button:
    """A choice in French typography."""
    return Button(french(label), data)


def french(text: str) -> str:
    """The text with the apostrophes and non-breaking spaces that an editor need not type."""
    return _PLAIN_SPACE.sub("\u00a0", _WORD.sub(_curl_apostrophes, text))


def _curl_apostrophes(word: re.Match[str]) -> str:
    found = word.group()
    return found if any(mark in found for mark in _NO_PROSE) else _STRAIGHT.sub("’", found)


def one_line_quote(text: str, limit: int) -> str:
    """A person's own words on one line, fit to be shown anywhere, ``limit`` characters at most."""
    printable = "".join(char if char.isprintable() else " " for char in text[: limit * 4])
    line = " ".join(printable.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def in_private(reply: Reply, argument: str) -> Reply:
    """Add an offer to go on in private to ``reply``; see ``Reply.private``."""
    return replace(reply, private=argument)


def to_somebody(data: str = choices.DESKS) -> Button:
    """The button by which every reply offers the people behind it."""
    return button(WAY.button, data)
