"""Telegram's HTML parse mode, as strict as the real one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre"}
    | {"blockquote", "tg-spoiler", "span", "tg-emoji"}
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]+));?")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(
    r"""\s*(?P<name>[^\s=>]+)\s*(?:=\s*(?P<value>"[^"]*"|'[^']*'|[^\s>"']+))?"""
)
_CLOSING = re.compile(r"</([^\s>]*)\s*>")
_LAST_CHARACTER = 0x10FFFF


class MarkupError(ValueError):
    """The text would be refused."""


@dataclass(slots=True)
class _Reading:
    """How far the markup was read."""

    markup: str
    at: int = 0
    shown: list[str] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def where(self) -> str:
        """Telegram counts bytes."""
        offset = len(self.markup[: self.at].encode("utf-8", "replace"))
        return f"at byte offset {offset}"


def parse(markup: str) -> str:
    """The text that is shown.

    Raises:
        MarkupError: a lone ``<``, an unknown tag, a tag not closed or closed out of order.
    """
    return "".join(_read(markup).shown)


def links_of(markup: str) -> list[str]:
    """Where the links of a markup that parses lead."""
    return _read(markup).links


def _read(markup: str) -> _Reading:
    reading = _Reading(markup)
    while reading.at < len(markup):
        step = {"<": _read_tag, "&": _read_entity}.get(markup[reading.at], _read_text)
        step(reading)
    if reading.open_tags:
        tag = reading.open_tags[-1]
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{tag}"')
    return reading


def _read_text(reading: _Reading) -> None:
    end = reading.at
    while end < len(reading.markup) and reading.markup[end] not in "<&":
        end += 1
    reading.shown.append(reading.markup[reading.at : end])
    reading.at = end


def _read_tag(reading: _Reading) -> None:
    if reading.markup.startswith("</", reading.at):
        _read_end_tag(reading)
    else:
        _read_start_tag(reading)


def _read_start_tag(reading: _Reading) -> None:
    found = _NAME.match(reading.markup, reading.at + 1)
    assert found is not None
    name, at = found[0].lower(), found.end()
    if at == len(reading.markup):
        raise MarkupError(f"Unclosed start tag {reading.where}")
    if name not in _TAGS:
        raise MarkupError(f'Unsupported start tag "{name}" {reading.where}')
    attributes, at = _read_attributes(reading, name, at)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" {reading.where}')
    if name == "a" and "href" in attributes:
        reading.links.append(attributes["href"])
    reading.open_tags.append(name)
    reading.at = at


def _read_attributes(reading: _Reading, tag: str, at: int) -> tuple[dict[str, str], int]:
    attributes: dict[str, str] = {}
    while True:
        rest = reading.markup[at:]
        if rest.lstrip().startswith(">"):
            return attributes, at + rest.index(">") + 1
        found = _ATTRIBUTE.match(reading.markup, at)
        if found is None:
            raise MarkupError(f'Unclosed start tag "{tag}" {reading.where}')
        attributes[found["name"].lower()] = parse((found["value"] or "").strip("\"'"))
        at = found.end()


def _read_end_tag(reading: _Reading) -> None:
    if not reading.open_tags:
        raise MarkupError(f"Unexpected end tag {reading.where}")
    found = _CLOSING.match(reading.markup, reading.at)
    if found is None:
        raise MarkupError(f"Unclosed end tag {reading.where}")
    expected = reading.open_tags.pop()
    if found[1] and found[1].lower() != expected:
        raise MarkupError(
            f'Unmatched end tag {reading.where}, expected "</{expected}>", found "</{found[1]}>"'
        )
    reading.at = found.end()


def _read_entity(reading: _Reading) -> None:
    found = _ENTITY.match(reading.markup, reading.at)
    text = _decoded(*found.groups()) if found else ""
    reading.shown.append(text or "&")
    reading.at = found.end() if found and text else reading.at + 1


def _decoded(decimal: str | None, hexadecimal: str | None, name: str | None) -> str:
    if name:
        return _NAMED.get(name, "")
    code = int(decimal) if decimal else int(hexadecimal or "0", 16)
    return chr(code) if 0 < code < _LAST_CHARACTER else ""
