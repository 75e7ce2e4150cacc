"""Telegram's HTML parse mode, as strict as the real one."""

from __future__ import annotations

import re

_TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre"}
    | {"blockquote", "tg-spoiler", "span", "tg-emoji"}
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]+));?")
_TAG = re.compile(r"<(/?)([a-zA-Z-]*)([^<>]*)>")


class MarkupError(ValueError):
    """The text would be refused."""


def parse(markup: str) -> str:
    """The text that is shown.

    Raises:
        MarkupError: a lone ``<``, an unknown tag, a tag not closed or closed out of order.
    """
    shown: list[str] = []
    open_tags: list[str] = []
    at = 0
    while at < len(markup):
        if markup[at] == "<":
            at = _read_tag(markup, at, open_tags)
        elif markup[at] == "&":
            text, at = _read_entity(markup, at)
            shown.append(text)
        else:
            shown.append(markup[at])
            at += 1
    if open_tags:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{open_tags[-1]}"')
    return "".join(shown)


def _read_tag(markup: str, at: int, open_tags: list[str]) -> int:
    offset = len(markup[:at].encode())
    tag = _TAG.match(markup, at)
    if tag is None:
        raise MarkupError(f"Unclosed start tag at byte offset {offset}")
    closing, name = tag[1], tag[2].lower()
    if closing:
        if not open_tags or open_tags.pop() != name:
            raise MarkupError(f"Unexpected end tag at byte offset {offset}")
    elif name not in _TAGS:
        raise MarkupError(f'Unsupported start tag "{name}" at byte offset {offset}')
    else:
        open_tags.append(name)
    return tag.end()


def _read_entity(markup: str, at: int) -> tuple[str, int]:
    entity = _ENTITY.match(markup, at)
    if entity is None:
        return "&", at + 1
    decimal, hexadecimal, name = entity.groups()
    if name:
        return (_NAMED[name], entity.end()) if name in _NAMED else ("&", at + 1)
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return (chr(code), entity.end()) if 0 < code < 0x110000 else ("&", at + 1)
