"""Cuts what is quoted from the text of an answer, and never what was written for it.

A line that merely looks like a header ("De : l'onglet Paramètres") or like the beginning of a
quotation ("Le dossier ...") is left: a history is only what leads to our own mail, by its marker,
by the number of the ticket in its subject, or by quotation marks below it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.channels.mail.html_text import QUOTE
from bot.channels.mail.texts import END_LINE, MARKER_LINE

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADER = re.compile(
    r"[\s*]*(?P<name>de|from|exp[ée]diteur|envoy[ée]e?(?: le)?|date|sent|[àa]|to|destinataires?"
    r"|cc|copie|objet|subject|r[ée]pondre [àa]|reply-to|pour|importance)[\s*]*:",
    re.IGNORECASE,
)
_FROM = ("de", "from", "exp")
_ABOVE_FROM = ("env", "date", "sent")
"""The sender stands on top, or the moment above it."""

_SUBJECT = ("obj", "sub")
_NUMBER = re.compile(r"\[20\d\d-\d{5}\]")
_SEPARATOR = re.compile(
    r"[\s_=-]*((message (d['’]origine|original|transf[ée]r[ée])|original message"
    r"|d[ée]but du message (r[ée]exp[ée]di[ée]|transf[ée]r[ée])|forwarded message)\s*:?)?[\s_=-]*",
    re.IGNORECASE,
)
_ATTRIBUTION_END = re.compile(r"(a écrit|wrote|écrivait)\s*:?\s*$", re.IGNORECASE)
_ATTRIBUTION_START = re.compile(r"\s*(le|on)\s.*\d", re.IGNORECASE)
_SENT_FROM = re.compile(
    r"\s*(envoy[ée] (de|depuis|avec|à partir de) (mon|ma|l['’]application|outlook|yahoo|proton)"
    r"\b.{0,60}|sent from (my|outlook|yahoo|proton|mail)\b.{0,60}|provenance : courrier.{0,40}"
    r"|(obtenir outlook pour|get outlook for|t[ée]l[ée]charg(ez|er) outlook) .{2,60})",
    re.IGNORECASE,
)
_DASHES = re.compile(r"--\s*")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_WRAPPED = 4
"""Lines over which a client may break the line above a quotation."""

_HEADERS = 3
"""How many different ones make a block."""

_SIGNATURE_LINES = 15


def new_text(text: str) -> str:
    """What is new in the text of an answer; empty when there is nothing."""
    lines = [_INVISIBLE.sub("", line).replace("\u00a0", " ").rstrip() for line in _lines(text)]
    lines = _mark_quotes(lines)
    above = _trim(_above_history(lines))
    if above:
        return above
    # Nothing above: it may have been written below, where our mail has ended.
    ends = [place for place, line in enumerate(lines) if END_LINE.fullmatch(line)]
    return _trim(lines[ends[-1] + 1 :]) if ends else ""


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _mark_quotes(lines: Sequence[str]) -> list[str]:
    """Put one mark where quoted lines were; our marker above or our end below go with them."""
    marked: list[str] = []
    for line in lines:
        if not line.lstrip().startswith(">"):
            marked.append(line)
        elif not (marked and marked[-1] == QUOTE):
            marked.append(QUOTE)
    return marked


def _above_history(lines: Sequence[str]) -> list[str]:
    """What stands above our mail, or above the headers that a client shows on top of it."""
    for place, line in enumerate(lines):
        if MARKER_LINE.fullmatch(line):
            return [*lines[: _top_of_headers(lines, place)], QUOTE]
        if _is_our_subject(line):
            top = _top_of_headers(lines, place + 1)
            if top <= place:
                return [*lines[:top], QUOTE]
    return list(lines)


def _is_our_subject(line: str) -> bool:
    found = _HEADER.match(line)
    return found is not None and _short(found["name"]) in _SUBJECT and bool(_NUMBER.search(line))


def _top_of_headers(lines: Sequence[str], end: int) -> int:
    """Where the block of headers begins that ends just above a line; the line itself without one.

    Some clients leave empty lines between the headers, but then what stands above them is not
    told from them: the block without empty lines is looked for first.
    """
    for with_gaps in (False, True):
        place, top, names = end - 1, end, set[str]()
        while place >= 0 and not lines[place].strip():
            place -= 1
        while place >= 0 and (found := _HEADER.match(lines[place])):
            name = _short(found["name"])
            if name in names or (names & set(_FROM) and name not in _ABOVE_FROM):
                break
            names.add(name)
            top, place = place, place - 1
            while with_gaps and place >= 0 and not lines[place].strip():
                place -= 1
        if len(names) >= _HEADERS and names & set(_FROM) and names & set(_SUBJECT):
            return top
    return end


def _short(name: str) -> str:
    name = name.lower()
    return name[:3] if name.startswith(("exp", "obj", "sub", "env")) else name


def _trim(lines: Sequence[str]) -> str:
    """Take the lines away that lead to what was quoted, and what clients put below a text."""
    kept: list[str] = []
    for line in lines:
        if line == QUOTE:
            _drop_lead(kept)
        else:
            kept.append(line)
    kept = _without_signature(kept)
    while kept and (not kept[-1].strip() or _SENT_FROM.fullmatch(kept[-1])):
        kept.pop()
    whole = "\n".join(kept).replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return re.sub(r"\n{3,}", "\n\n", whole).strip("\n ")


def _drop_lead(kept: list[str]) -> None:
    """Drop the separator and the line ("Le ... a écrit :") that stand above a quotation."""
    while kept and (not kept[-1].strip() or _SEPARATOR.fullmatch(kept[-1])):
        kept.pop()
    if kept and _ATTRIBUTION_END.search(kept[-1]):
        for back in range(1, min(_WRAPPED, len(kept)) + 1):
            if _ATTRIBUTION_START.match(" ".join(kept[-back:])):
                del kept[-back:]
                break
    kept.append("")


def _without_signature(lines: list[str]) -> list[str]:
    """Cut below the last "-- " line, the sign of a signature since RFC 3676; not a whole text."""
    places = [place for place, line in enumerate(lines) if _DASHES.fullmatch(line)]
    for place in reversed(places):
        below = [line for line in lines[place + 1 :] if line.strip()]
        if len(below) <= _SIGNATURE_LINES and any(line.strip() for line in lines[:place]):
            return lines[:place]
    return lines
