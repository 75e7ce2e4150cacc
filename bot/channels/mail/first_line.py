"""What a desk may have done to a ticket by a word on the first line of its answer."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bot.escalation.closing import is_missing

_CLOSE = re.compile(r"/?(?:clore|cloturer|fermer|close)(?:\s*[:,]?\s+(.*?))?\s*[.!]?")
_TRANSFER = re.compile(r"/?transfer(?:er|t|ez)(?:\s+(?:a|au|vers))?\s*[:\s]\s*([\w-]+)\s*[.!]?")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done.

    Attributes:
        what: with the ticket; empty: nothing but passing the text on.
        desk: where it goes, when it is transferred.
        text: what is left of the answer.
        is_missing: whether it is closed because an answer is missing.
    """

    what: Literal["", "close", "transfer"]
    text: str
    desk: str = ""
    is_missing: bool = False


def read_order(text: str) -> Order:
    """Look for an order that stands alone on the first line; any other line is left as it is."""
    first, _, rest = text.partition("\n")
    said = _plain(first)
    if (closing := _CLOSE.fullmatch(said)) and (not closing[1] or is_missing(closing[1])):
        return Order("close", rest.strip(), is_missing=bool(closing[1]))
    if found := _TRANSFER.fullmatch(said):
        return Order("transfer", rest.strip(), found[1])
    return Order("", text)


def _plain(line: str) -> str:
    """Without accents, quotation marks and capitals: people do not type them on telephones."""
    apart = unicodedata.normalize("NFD", line.strip(" \u00a0*_«»\"'"))
    return "".join(char for char in apart if not unicodedata.combining(char)).lower().strip()
