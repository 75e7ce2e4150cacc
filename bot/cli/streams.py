"""The standard streams of a command: there, open, and able to write French on any terminal."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from pathlib import Path

_PLAIN = {
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "…": "...",
    "–": "-",
    "—": "-",
    "‑": "-",
    "•": "-",
    "→": "->",
    "œ": "oe",
    "Œ": "OE",
    "æ": "ae",
    "€": "EUR",
    "\u202f": " ",
    "\u00a0": " ",
}
"""What a terminal that lacks a sign shows instead, where taking its accent off is not enough."""

_NOWHERE = Path(os.devnull)
_HANDLER = "plain_french"


def prepare_streams() -> None:
    """Open what is closed, and let every sign be printed: to be called before all else.

    A closed input is an empty one; a closed output takes what is written and shows it to nobody.
    A sign that the terminal lacks is printed as the nearest that it has.
    """
    # In this order: each takes the lowest descriptor that is free, which is its own.
    sys.stdin = sys.stdin or _NOWHERE.open(encoding="utf-8")
    sys.stdout = sys.stdout or _NOWHERE.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or _NOWHERE.open("w", encoding="utf-8")
    codecs.register_error(_HANDLER, _replace)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def plain_sign(char: str, encoding: str) -> str:
    """``char`` as ``encoding`` can write it: a stand-in, the letter without its accent, or "?"."""
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    bare = unicodedata.normalize("NFKD", char)
    for found in (_PLAIN.get(char, char), "".join(c for c in bare if not unicodedata.combining(c))):
        try:
            found.encode(encoding)
        except UnicodeEncodeError:
            continue
        return found
    return "?"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(plain_sign(char, error.encoding) for char in missing), error.end
