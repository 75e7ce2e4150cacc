"""How a number and what it counts are written in French."""

from __future__ import annotations


def count_of(number: int, one: str, several: str = "") -> str:
    """``number`` with its noun: none and one are singular in French.

    Args:
        number: how many there are.
        one: the noun for one.
        several: the noun for two and more; without it, ``one`` with an s at each word's end.
    """
    if number < 2:  # noqa: PLR2004 - the plural begins with two
        return f"{number} {one}"
    return f"{number} {several or ' '.join(f'{word}s' for word in one.split())}"
