"""Reads secrets from files, and finds in them signs that no secret has."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}
_QUOTES = frozenset("\"'`“”„‟‘’‚‛«»")


def read_secret(path: Path) -> str:
    """The secret in a file, without the byte order mark and the blanks around it.

    Raises:
        OSError, UnicodeDecodeError: it cannot be read.
    """
    return path.read_text("utf-8-sig").strip()


def secret_fault(secret: str) -> str:
    """What a secret holds that was hardly meant, without the secret; empty when all is well.

    That is a sign that nobody sees, a blank of another width, or quotation marks around it: with
    one of these, a token is refused and a key gives everybody another pseudonym.
    """
    text = secret.strip()
    wrong = next((char for char in text if _is_odd(char)), "")
    if wrong:
        return f"it holds a sign that nobody sees (U+{ord(wrong):04X}); take it out"
    if text[:1] in _QUOTES and text[-1:] in _QUOTES and text:
        return "it stands in quotation marks; take them away"
    return ""


def _is_odd(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind in _UNSEEN or (kind == "Zs" and char != " ")
