"""Finds signatures: names, roles and addresses below the end of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.serving.courtesy.clauses import KEPT
from classifier.serving.courtesy.forms import ACRONYM, CAPITAL, FIRST, UNKNOWN
from classifier.serving.courtesy.lexicon import NAMELIKE
from classifier.serving.courtesy.reading import COMMA, LINE, PARAGRAPH, QUESTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.serving.courtesy.lexicon import Lexicon
from classifier.serving.courtesy.reading import Reading

SIGNATURE = "signature"
INSIDE, ANY, NAME = "inside", "any", "name"
"""What the words before allow: more of a signature, any signature, a name alone."""

MAX_WORDS = 10
"""Words of one line, or part between commas, of a signature."""

MAX_NAMES = 3
MAX_ON_SAME_LINE = 6

Clause = tuple[int, int]


def mark_signature(
    reading: Reading,
    parts: Sequence[Clause],
    kinds: list[str],
    lexicon: Lexicon,
    below: int | None = None,
) -> None:
    """Write ``SIGNATURE`` into ``kinds`` where the words of one stand.

    Args:
        reading: the words.
        parts: the clauses.
        kinds: the kind of each word; what is courtesy may be part of a signature.
        lexicon: the words.
        below: the first word below a line "--".
    """
    opened, weak = "", False
    signed: list[Clause] = []
    for first, last in parts:
        if below is not None and first >= below:
            opened = INSIDE
        if KEPT in kinds[first:last] and _can_sign(reading, first, last, kinds, lexicon, opened):
            weak = weak or opened in {NAME, ""}
            signed.append((first, last))
            opened = INSIDE
        elif kinds[last - 1] != KEPT:
            before = opened
            opened = _opened(reading.words[first:last], kinds[first:last], lexicon, opened)
            weak = weak or (before == NAME and opened == INSIDE)
        else:
            # Who goes on has not signed, unless the closing left no doubt.
            signed, opened, weak = [] if weak else signed, "", False
    for first, last in signed:
        kinds[first:last] = [SIGNATURE] * (last - first)


def _opened(words: Sequence[str], kinds: Sequence[str], lexicon: Lexicon, now: str) -> str:
    """What may follow a clause of courtesy: any signature, a name, or none."""
    if any(kind and word in lexicon.strong for word, kind in zip(words, kinds, strict=True)):
        return ANY
    if now:
        # "M. Durand" reads as an address, and signs.
        return INSIDE if words[0] in lexicon.people else now
    return NAME if kinds[-1] in {"thanks", "closing", "wishes", "please"} else ""


def _can_sign(  # noqa: PLR0917 - what a clause is judged by
    reading: Reading, first: int, last: int, kinds: Sequence[str], lexicon: Lexicon, opened: str
) -> bool:
    words, before, after = reading.words[first:last], reading.breaks[first], reading.breaks[last]
    if after == QUESTION or lexicon.never.intersection(words) or len(words) > MAX_WORDS:
        return False
    own_line = before in {LINE, PARAGRAPH}
    if opened == INSIDE or (opened == ANY and own_line):
        return True
    if opened == ANY:
        return _is_name(words, lexicon) or _names_somebody(words, lexicon)
    if not first or len(words) > MAX_NAMES or not _is_name(words, lexicon):
        return False
    ends = after in {LINE, PARAGRAPH} or last == len(reading.words) or after == COMMA
    if opened == NAME:
        return ends and (FIRST in words or own_line or len(words) > 1)
    # Without any closing, only a first name on a line of its own signs.
    return (
        own_line
        and after in {LINE, PARAGRAPH, COMMA}
        and (words[0] == FIRST or words[0] in lexicon.people)
        and KEPT in kinds[:first]
    )


def _names_somebody(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a part on the line of the closing gives a name or a role, and nothing else."""
    parts = lexicon.introduction
    usual = NAMELIKE | parts.role | parts.place | parts.detail | lexicon.people
    return (
        len(words) <= MAX_ON_SAME_LINE
        and usual.issuperset(words)
        and not {UNKNOWN}.issuperset(words)
    )


def _is_name(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether ``words`` are names, titles and initials."""
    proper = {FIRST, CAPITAL, ACRONYM}
    usual = proper | lexicon.people | ({UNKNOWN} if FIRST in words else set())
    full = [word for word in words if not (len(word) == 1 and word.islower())]
    return usual.issuperset(full) and bool(proper.intersection(full))
