"""A text as the patterns of numbers read it: one sign for one, so that places stay the same."""

from __future__ import annotations

import re
import unicodedata

_SPACES = "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\u00ad\uff0d"
_DOTS = "\u00b7\u2022\u2219\u2024\u30fb\uff0e"
_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_DOTS, "."),
        **dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n"),
        "\u2044": "/",
        "\uff0b": "+",
    }
)
# What nobody sees: zero width, marks of direction, joiners, what asks for a coloured sign or a key.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u20e3\ufe00-\ufe0f\ufeff]"
)
_FOREIGN_DIGIT = re.compile(r"[^\W\D0-9]|[^\D0-9]")

# "O6 l2": letters typed or read for digits, in a word of nothing else.
_MISREAD = re.compile(r"(?<!\w)(?=[OoIl]*+\d)[\dOoIl]++(?!\w)")
_AS_DIGITS = str.maketrans("OoIl", "0011")
# The departments of Corsica, in the place they have in a social security number; its key is
# reckoned with 19 and 18.
_G = r"[ .\-/]{0,2}"
_CORSICA = re.compile(rf"(?<!\w)([1278]{_G}\d\d{_G}\d\d{_G})2([ABab])(?={_G}\d{_G}\d{_G}\d)")
_CORSICAN = re.compile(r"(?<!\w)2[ABab](?=(?: ?\d){7}(?!\w))")
# What a bar code holds before a number.
_MARKED = re.compile(r"\bIS0\d(?=\d{15}(?!\d))")
KEY = "\x01"
"""Stands for every sign of a word between a number and its key."""
_KEY = re.compile(
    r"(?<=\d)[ ,;/(.\-]{0,3}(?:avec )?(?:la )?cl[ée][ :=.\-]{0,3}(?=\d\d(?!\d))", re.IGNORECASE
)


def plain_view(text: str) -> str:
    """The text with plain digits and few separators, of the same length.

    Foreign digits, letters in the place of digits, and Corsica's letters become digits; all spaces
    become one kind of them, and so do dashes; the word for a key becomes ``KEY`` throughout.
    """
    view = text.translate(_PLAIN)
    if not view.isascii():
        view = _FOREIGN_DIGIT.sub(_plain_digit, view)
    view = _MISREAD.sub(lambda match: match[0].translate(_AS_DIGITS), view)
    view = _CORSICA.sub(_corsican, view)
    view = _CORSICAN.sub("20", view)
    view = _MARKED.sub("    ", view)
    return _KEY.sub(lambda match: KEY * len(match[0]), view)


def _plain_digit(match: re.Match[str]) -> str:
    return str(unicodedata.decimal(match[0], match[0]))


def _corsican(match: re.Match[str]) -> str:
    return match[1] + ("19" if match[2] in "Aa" else "18")
