"""French text as it is compared: without accents, in lower case."""

from __future__ import annotations

import unicodedata


def without_accents(text: str) -> str:
    """The letters of ``text`` without their marks; capitals stay, ligatures too."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def fold(text: str) -> str:
    """``text`` in lower case and without accents."""
    return without_accents(text).lower()
