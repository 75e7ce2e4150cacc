"""Whole lines that are no part of a message: quoted mail, its headers, notices of mail programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_HEADER = 300
"""Characters of "Le ..., X a écrit :", which mail programs break over two lines."""

LEAST_HEADERS = 2
"""A header such as "De :" counts when so many others stand in the three lines below it."""

LEAST_NOTICE = 60
"""Characters of a notice of confidentiality, which are never short."""

_WROTE = re.compile(r"(?:a ecrit|wrote)[ \u00a0]*:?$")
_INLINE_WROTE = re.compile(
    r"\b(?:le|on)[ ](?:\w{3,9}\.?,? )?\d{1,2}[^\n]{3,120}?(?: a ecrit| wrote) ?:"
)
_ORIGINAL = re.compile(
    r"[-_]{2,} ?(?:message (?:d.origine|original|transfere|initial)|original message|"
    r"forwarded message|begin forwarded message)"
)
_HEADER = re.compile(r"(?:de|from|envoye|sent|date|a|to|cc|objet|subject) ?: ?\S")
_NOTICE = re.compile(
    r"(?:ce (?:message|courriel|mail|e-mail)|cet (?:e-mail|email)|this (?:message|e-mail|email)|"
    r"les informations contenues|avant d.imprimer|pensez a l.environnement|n.imprimez)"
)
_NOTICE_SAYS = re.compile(r"confiden|imprim|destinataire|recipient|environnement")
_RULE = re.compile(r"--+\s*$")

Span = tuple[int, int]


def quoted(text: str) -> list[Span]:
    """Where a folded ``text`` quotes another message, headers included.

    Below "X a écrit :", what bears no mark is taken for the reply where other lines bear one.
    """
    inline = _INLINE_WROTE.search(text)
    if inline is not None and "\n>" not in text[inline.end() :]:
        return [(inline.start(), len(text))]
    if "\n" not in text:
        return []
    lines = _lines(text)
    marked = [(a, b) for a, b in lines if _is_marked(text[a:b])]
    start = next((a for n, (a, _) in enumerate(lines) if _begins_quote(text, lines, n)), None)
    if start is None:
        return marked
    below = [span for span in marked if span[0] > start]
    if not below:
        return [*marked, (start, len(text))]
    return [*marked, (start, below[0][0])]


def notices(text: str) -> list[Span]:
    """The positions of notices that a mail program or a company added to a folded ``text``."""
    return [
        (a, b)
        for a, b in _lines(text)
        if b - a >= LEAST_NOTICE
        and _NOTICE.match(text, a, b)
        and _NOTICE_SAYS.search(text, a, b)
        and "?" not in text[a:b]
    ]


def rule(text: str) -> int | None:
    """Where what stands below the line "--" begins: by convention, a signature (RFC 3676)."""
    return next((b for a, b in _lines(text) if a and _RULE.match(text, a, b)), None)


def _lines(text: str) -> list[Span]:
    return list(_each_line(text))


def _each_line(text: str) -> Iterator[Span]:
    at = 0
    for line in text.split("\n"):
        yield at, at + len(line)
        at += len(line) + 1


def _is_marked(line: str) -> bool:
    # "> 50 patients" is a number of patients.
    rest = line.lstrip()
    return rest.startswith(">") and not rest.lstrip("> ")[:1].isdigit()


def _begins_quote(text: str, lines: Sequence[Span], n: int) -> bool:
    a, b = lines[n]
    line = text[a:b].strip()
    if _ORIGINAL.match(line):
        return True
    if line.startswith(("le ", "on ")) and b - a < LONGEST_HEADER:
        below = text[slice(*lines[n + 1])].strip() if n + 1 < len(lines) else ""
        return bool(_WROTE.search(line) or (len(below) < LONGEST_HEADER and _WROTE.search(below)))
    if line.startswith(("de :", "de:", "from:", "from :")):
        following = lines[n + 1 : n + 4]
        return sum(bool(_HEADER.match(text[c:d].strip())) for c, d in following) >= LEAST_HEADERS
    return False
