"""Places in a text that are masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Span(NamedTuple):
    """A place in a text and the label that takes it."""

    start: int
    end: int
    label: str


def mask_spans(text: str, spans: Iterable[Span]) -> str:
    """The text with labels in place of its spans, which are in their order."""
    pieces: list[str] = []
    start = 0
    for span in spans:
        pieces += [text[start : span.start], span.label]
        start = span.end
    return "".join([*pieces, text[start:]])
