"""How a number and what it counts are written in English, as logs and commands say it."""

from __future__ import annotations


def count_of(number: int, one: str, several: str = "") -> str:
    """``number`` with its noun; ``several`` is the plural where it is not ``one`` with an s."""
    return f"{number} {one if number == 1 else several or f'{one}s'}"
