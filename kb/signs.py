"""Signs that nobody sees: which they are, and how they are shown to an editor."""

from __future__ import annotations

import unicodedata

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_SEEN = "\n\t\u200d"
"""What has one of these kinds and its place in a text: lines, tabs, what joins two emoji."""

_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters by their kind, which show nothing."""

_ODD_SPACES = {"Zs"}
_BYTE = range(0xDC80, 0xDD00)
"""What stands in a file's name for a byte that is not UTF-8."""


def is_unseen(char: str) -> bool:
    """Whether a character shows nothing and parts nothing: a control, a zero-width sign."""
    return (unicodedata.category(char) in _UNSEEN and char not in _SEEN) or char in _BLANK


def is_blank(text: str) -> bool:
    """Whether nothing of ``text`` can be seen."""
    return all(char.isspace() or is_unseen(char) or char == "\u200d" for char in text)


def show_unseen(text: str) -> str:
    """``text`` with every unseen sign by its number, such as ``<U+200B>``."""
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def show_name(name: str) -> str:
    """``name`` with all that is not a plain blank or a sign to be seen by its number."""
    return "".join(
        _numbered(char) if char in "\n\t" or _is_odd_space(char) else _shown(char) for char in name
    )


def _is_odd_space(char: str) -> bool:
    return char != " " and unicodedata.category(char) in _ODD_SPACES


def _shown(char: str) -> str:
    return _numbered(char) if is_unseen(char) else char


def _numbered(char: str) -> str:
    if ord(char) in _BYTE:
        return f"\\x{ord(char) - _BYTE.start + 0x80:02x}"
    return f"<U+{ord(char):04X}>"
