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
_ASCII = "plain_ascii"
"""Typer takes a stream that says "ascii" for a mistake, and writes UTF-8 to it."""


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
    codecs.register(_ascii_by_another_name)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=_ASCII if is_ascii else None, errors=_HANDLER)


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


def _ascii_by_another_name(name: str) -> codecs.CodecInfo | None:
    if name != _ASCII:
        return None
    real = codecs.lookup("ascii")
    return codecs.CodecInfo(
        real.encode,
        real.decode,
        real.streamreader,
        real.streamwriter,
        real.incrementalencoder,
        real.incrementaldecoder,
        name=_ASCII,
    )


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(plain_sign(char, error.encoding) for char in missing), error.end
