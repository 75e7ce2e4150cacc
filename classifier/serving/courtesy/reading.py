"""A message -> its words, what stands between them, and where each stands in the text."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from classifier.serving.courtesy.forms import ACRONYM, CAPITAL, INFINITIVE, UNKNOWN
from classifier.text import plain_char

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.serving.courtesy.lexicon import Lexicon

PARAGRAPH, LINE, QUESTION, STOP, COLON, COMMA, AND, NONE = "§", "/", "?", ".", ":", ",", "&", ""
"""What may stand between two words, the strongest first."""

_WORD = re.compile(r"[^\W_]+")
_SMILEY = re.compile(r"[:;=]'?-?[dpox)(](?![^\W_])|<3|\ba\+(?![^\W_])")
_JOINTS = frozenset({" ", "'", "’", "-", "_", "", "' ", "’ "})
_UNKNOWN = frozenset({UNKNOWN, INFINITIVE})
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_ABBREVIATED = frozenset({"m", "mr", "mme", "mlle", "dr", "pr", "st", "ste"})
_CLAUSE_STARTS = frozenset(
    {"je", "j", "nous", "on", "ma", "mon", "notre", "i", "we", "my", "voici"}
)


class Folded(NamedTuple):
    """A text in lower case without accents.

    Attributes:
        text: the folded text.
        origins: for each of its characters, where it comes from; None when nothing moved.
    """

    text: str
    origins: Sequence[int] | None

    def origin(self, at: int, end: int) -> int:
        """Where the character ``at`` stands in the original, which has ``end`` characters."""
        if self.origins is None:
            return at
        return self.origins[at] if at < len(self.origins) else end


def fold(text: str) -> Folded:
    """``text`` as words are compared, with the way back."""
    if text.isascii():
        return Folded(text.lower(), None)
    parts = [char.lower() if char.isascii() else plain_char(char) for char in text]
    folded = "".join(parts)
    if len(folded) == len(text) and all(parts):
        return Folded(folded, None)
    return Folded(folded, [n for n, part in enumerate(parts) for _ in part])


class Reading(NamedTuple):
    """N words and the N + 1 places around them.

    Attributes:
        words: what each reads as (see ``Lexicon.read``), ``CAPITAL`` and ``ACRONYM`` told apart.
        starts, ends: where each stands in the folded text.
        breaks: what stands before each word, and after the last: one of the signs above.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    breaks: list[str]


def read(text: str, folded: Folded, lexicon: Lexicon) -> Reading:
    """The words of a message."""
    # A smiley, or "a+" for good-bye, is punctuation; its letters would read as a word.
    plain = _SMILEY.sub(lambda found: "," * len(found[0]), folded.text)
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    breaks: list[str] = []
    before, last = "", 0
    for found in _WORD.finditer(plain):
        word, (start, end) = found[0], found.span()
        read_as = lexicon.read(word)
        if read_as in _UNKNOWN:
            first, final = folded.origin(start, 0), folded.origin(end - 1, 0)
            read_as = _case(text[first : final + 1]) or read_as
        gap = plain[last:start]
        breaks.append((NONE if gap in _JOINTS else _break(gap, before)) if words else LINE)
        words.append(read_as)
        starts.append(start)
        ends.append(end)
        before, last = word, end
    breaks.append(_break(plain[last:], "") or LINE)
    _split_at_and(words, breaks)
    return Reading(words, starts, ends, breaks)


def _case(word: str) -> str:
    if len(word) > 1 and word.isupper():
        return ACRONYM
    return CAPITAL if word[:1].isupper() else ""


def _break(gap: str, before: str) -> str:
    if not gap or (gap == "." and before.isdigit()):
        return NONE
    if "\n" in gap:
        return PARAGRAPH if _BLANK_LINE.search(gap) else LINE
    if gap[0] == "." and (len(before) == 1 or before in _ABBREVIATED) and gap.strip() == ".":
        return NONE
    for sign, chars in ((QUESTION, "?"), (STOP, ".!…"), (COLON, ":")):
        if any(char in gap for char in chars):
            return sign
    # A hyphen parts words only between spaces.
    return COMMA if gap.strip(" \t\u200b_'’-") or " - " in gap else NONE


def _split_at_and(words: Sequence[str], breaks: list[str]) -> None:
    """Begin a clause at "et je": "... chez un éditeur et je voudrais ..."."""
    for n in range(1, len(words) - 1):
        if words[n] in {"et", "and"} and words[n + 1] in _CLAUSE_STARTS and not breaks[n]:
            breaks[n] = AND


def clauses(breaks: Sequence[str]) -> list[tuple[int, int]]:
    """The first and last (exclusive) word of every clause."""
    borders = [n for n, sign in enumerate(breaks) if sign]
    return list(pairwise(borders))
