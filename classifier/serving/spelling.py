"""Words as the model reads them -> the words as they were typed."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from classifier.text import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence


def original_spellings(text: str, words: Sequence[str]) -> list[str]:
    """How ``text`` spells each of its ``words``, fit for one line of a terminal.

    Args:
        text: a message.
        words: what ``Words`` made of it: all of its letters and digits, in order.
    """
    letters = _letters(text)
    typed, used = [], 0
    for word in words:
        typed.append(_clean(text, letters[used], letters[used + len(word) - 1]))
        used += len(word)
    return typed


def _letters(text: str) -> list[int]:
    """Where in ``text`` each letter and digit of its normal form comes from."""
    plain = normalise(text)
    origins: list[int] = []
    for index, char in enumerate(text):
        if len(origins) >= len(plain):
            break
        origins += [index] * len(normalise(char))
    # Words are made of exactly these characters: underscores and all else stand between them.
    return [origin for origin, char in zip(origins, plain, strict=False) if char.isalnum()]


def _clean(text: str, first: int, last: int) -> str:
    end = last + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    # A compound may hold line breaks and invisible marks between its parts.
    one_line = " ".join(text[first:end].split())
    return "".join(char for char in one_line if char.isprintable())
