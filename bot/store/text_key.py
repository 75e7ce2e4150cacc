"""A keyed digest of what a message says: the same for its disguises, and nothing to read in it."""

from __future__ import annotations

import itertools
import unicodedata
from typing import TYPE_CHECKING

from bot.ops.keys import derive_key, sign
from kb.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

_PURPOSE = b"review: words"
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
LENGTH = 32


class TextKeys:
    """Makes the digests; who lacks the key cannot try sentences one by one.

    Args:
        secret: the key of the store.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = derive_key(secret, _PURPOSE)

    def of(self, text: str) -> str:
        """The digest of a message: 32 hexadecimal characters."""
        return sign(self._key, normalise(text))[:LENGTH]


def normalise(text: str) -> str:
    """What a message says: without case, accents, spaces, punctuation and drawn-out letters.

    Of a message that has no letter nor digit, its signs are what it says.
    """
    plain = fold(unicodedata.normalize("NFKC", text)).translate(_LIGATURES)
    return _shorten(char for char in plain if char.isalnum()) or _shorten("".join(plain.split()))


def _shorten(chars: Iterable[str]) -> str:
    """Each run of one letter or sign once; digits as they are: 11 is not 1."""
    return "".join(
        "".join(run) if char.isdigit() else char for char, run in itertools.groupby(chars)
    )
