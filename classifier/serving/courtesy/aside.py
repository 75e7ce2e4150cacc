"""Message -> what is courtesy in it, and what is left to decide on.

Conservative: a clause with any word that courtesy does not use is kept whole, but for the forms
that open or end it. The same function prepares the questions that a model is trained on, so that
both ends read alike.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from classifier.serving.courtesy.blocks import notices, quoted, rule
from classifier.serving.courtesy.clauses import ADDRESSEE, JOINTS, KEPT, read_clause
from classifier.serving.courtesy.lexicon import lexicon
from classifier.serving.courtesy.reading import COLON, COMMA, clauses, fold, read
from classifier.serving.courtesy.signature import SIGNATURE, mark_signature
from classifier.text import MAX_CHARS, plain_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from classifier.serving.courtesy.blocks import Span
    from classifier.serving.courtesy.lexicon import Lexicon
    from classifier.serving.courtesy.reading import Folded, Reading

READ_CHARS = 4 * MAX_CHARS
"""What is searched of a message: below a quotation, nobody asks on."""

QUOTED = "quoted"
_ENDING = re.compile(r"[^\S\n]*[?!.…»)\"]*")
"""What may end a sentence and belongs to it."""


@dataclass(frozen=True, slots=True)
class Courtesy:
    """A piece of a message that asks nothing.

    Attributes:
        kind: greeting, wishes, apology, opening, introduction, please, thanks, closing,
            acknowledgement, signature, device or quoted.
        start, end: where it stands in the message.
        text: its words, as they were typed.
    """

    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Spans:
    """A message divided.

    Attributes:
        kept: what to decide on: what is left, or all of the message when nothing is.
        aside: the courtesy, in order.
        asks: whether anything but courtesy is in the message.
    """

    kept: str
    aside: tuple[Courtesy, ...] = ()
    asks: bool = True


def set_aside(text: str) -> Spans:
    """Divide a message into its courtesy and what is left.

    Time is linear in the length; a message without a cue costs one look-up a word.
    """
    known = lexicon()
    if "\n" not in text and not known.triggers(plain_words(text)):
        return Spans(text)
    head, rest = text[:READ_CHARS], text[READ_CHARS:]
    folded = fold(head)
    reading = read(head, folded, known)
    kinds = _kinds(folded.text, reading, known)
    aside = tuple(_pieces(head, folded, reading, kinds))
    if not aside:
        return Spans(text)
    asks = KEPT in kinds or bool(rest.strip())
    return Spans(_left(head, folded, reading, kinds) + rest if asks else text, aside, asks)


def _kinds(text: str, reading: Reading, known: Lexicon) -> list[str]:
    """The kind of courtesy of every word."""
    kinds = [KEPT] * len(reading.words)
    fixed = _mark_blocks(text, reading, kinds)
    parts = [(a, b) for a, b in clauses(reading.breaks) if True not in fixed[a:b]]
    before, alone = KEPT, True
    for first, last in parts:
        words = reading.words[first:last]
        after = reading.breaks[last]
        kinds[first:last] = read_clause(words, known, before, after, alone=alone)
        joins = words[0] in JOINTS and len(words) > 1
        if joins and before not in {KEPT, ADDRESSEE} and kinds[first] == KEPT:
            kinds[first] = before  # "Désolé de vous déranger, mais ...": it joins, and asks nothing
        # Wishes and introductions go on after a comma, not after their sentence.
        before = kinds[last - 1] if after in {COMMA, COLON} else KEPT
        alone = alone and KEPT not in kinds[first:last]
    below = rule(text) if "--" in text else None
    ruled = bisect_left(reading.starts, below) if below is not None else None
    mark_signature(reading, parts, kinds, known, ruled)
    return kinds


def _mark_blocks(text: str, reading: Reading, kinds: list[str]) -> list[bool]:
    fixed = [False] * len(kinds)
    if "\n" not in text and "crit" not in text and "wrote" not in text:
        return fixed
    found: list[tuple[Span, str]] = [(span, QUOTED) for span in quoted(text)]
    found += [(span, SIGNATURE) for span in notices(text)]
    for (start, end), kind in found:
        first, last = bisect_left(reading.starts, start), bisect_left(reading.starts, end)
        kinds[first:last] = [kind] * (last - first)
        fixed[first:last] = [True] * (last - first)
    return fixed


def _runs(kinds: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Kind, first and last (exclusive) word of every run of words of one kind."""
    at = 0
    for kind, run in groupby(kinds):
        size = sum(1 for _ in run)
        yield kind, at, at + size
        at += size


def _pieces(
    text: str, folded: Folded, reading: Reading, kinds: Sequence[str]
) -> Iterator[Courtesy]:
    for kind, first, last in _runs(kinds):
        if kind not in {KEPT, ADDRESSEE}:
            start = folded.origin(reading.starts[first], len(text))
            end = folded.origin(reading.ends[last - 1], len(text))
            yield Courtesy(kind, start, end, text[start:end])


def _left(text: str, folded: Folded, reading: Reading, kinds: Sequence[str]) -> str:
    """The parts that are left, each with the punctuation that ends it."""
    parts = []
    for kept, first, last in _runs([str(kind in {KEPT, ADDRESSEE}) for kind in kinds]):
        if kept == "True":
            begin = folded.origin(reading.starts[first], len(text))
            end = folded.origin(reading.ends[last - 1], len(text))
            ending = _ENDING.match(text, end)
            parts.append(text[begin : ending.end() if ending else end].rstrip())
    return " ".join(parts)
