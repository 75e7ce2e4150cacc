"""Finds numbers and addresses that somebody sends in pieces, over a few messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.scrubbing.accounts import account_spans
from bot.scrubbing.emails import email_spans
from bot.scrubbing.numbers import number_spans
from bot.scrubbing.spans import Span, mask_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TAIL, _HEAD = 80, 120
# Words between the pieces: "la fin : 56 78", "06 12 pardon"; without them the numbers meet.
_LEAD = re.compile(r"(?:\D{0,20}\d (?:derniers?|chiffres?)\D{1,12}|\D{0,30})(?=\d)", re.IGNORECASE)
_TRAIL = re.compile(r"(?:(?<=\d)|(?<=\d[AB]))\W*(?:\s[^\W\d_]{1,8}\W*)?$", re.IGNORECASE)
_GOES_ON = re.compile(
    r"^\W*(?:(?:donc|alors|euh?|heu|ok|pardon|oui|c['’]est)\W+)?$"
    r"|\b(?:et|puis|suite|fin|finit|reste|manqu\w*|derni\w*|ensuite|apr[eè]s|compl\w*|cl[ée]|nic)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\s{0,3}(?:[\w.-]{0,40}@|[\w-]{0,40}\.[a-z]{2})", re.IGNORECASE)
# The rest of what was taken for a whole number.
_RESTS = (
    (
        re.compile(r"\[NIR\]\W{0,4}$"),
        re.compile(r"\D{0,12}cl[ée]\D{0,10}(\d\d)(?!\w)", re.IGNORECASE),
    ),
    (
        re.compile(r"\[(?:SIREN|FINESS|identifiant)\]\W{0,4}$"),
        re.compile(r"\D{0,20}(\d(?:[ .-]?\d){4,8})(?!\w)"),
    ),
    (re.compile(r"\[IBAN\]\W{0,4}$"), re.compile(r"\D{0,20}(\d(?:[ .-]?\d){3,22})(?!\w)")),
)


class _Piece(NamedTuple):
    """A part of a message, and where it begins there."""

    offset: int
    text: str


def may_go_on(text: str) -> bool:
    """Whether a message may hold the rest of something: most do not, and cost nothing more."""
    return bool(_LEAD.match(text) or _ADDRESS.match(text))


def mask_across(before: Sequence[str], text: str) -> tuple[list[str], str]:
    """The last messages and the one that follows, without what spans them.

    Args:
        before: the messages before, the oldest first, as they are kept.
        text: the message itself, as it came.

    Returns:
        The messages before, and the text; what stands in one of them alone is left to ``scrub``.
    """
    messages = [*before, text]
    if not before:
        return [], text
    if not email_spans(text[:_HEAD])[:1]:
        messages = _mask_pieces(messages, _ends(messages), "", email_spans)
    messages = _mask_pieces(messages, _numbers(messages), " ", account_spans)
    messages = _mask_pieces(messages, _numbers(messages), " ", number_spans)
    return messages[:-1], _without_rest(*messages[-2:])


def _ends(messages: Sequence[str]) -> list[_Piece]:
    """The end of every message but the last, and the beginning of that."""
    tails = [_Piece(max(0, len(each) - _TAIL), each[-_TAIL:].rstrip()) for each in messages[:-1]]
    text = messages[-1]
    skipped = len(text) - len(text.lstrip())
    return [*tails, _Piece(skipped, text[skipped:_HEAD])]


def _numbers(messages: Sequence[str]) -> list[_Piece]:
    """The ends of messages, cut down to their numbers; empty when other words stand between."""
    *tails, head = _ends(messages)
    lead = _LEAD.match(head.text)
    if lead is None or not _GOES_ON.search(lead[0]) or tails[-1].text.endswith("?"):
        return []
    tails = [_Piece(offset, _TRAIL.sub("", text)) for offset, text in tails]
    return [*tails, _Piece(head.offset + lead.end(), head.text[lead.end() :])]


def _mask_pieces(
    messages: list[str], pieces: list[_Piece], glue: str, find: Callable[[str], list[Span]]
) -> list[str]:
    if not pieces:
        return messages
    starts = [0]
    for piece in pieces[:-1]:
        starts.append(starts[-1] + len(piece.text) + len(glue))
    own: list[list[Span]] = [[] for _ in pieces]
    for span in find(glue.join(piece.text for piece in pieces)):
        if span.end <= starts[-1]:  # no news
            continue
        for (offset, text), start, found in zip(pieces, starts, own, strict=True):
            first, end = max(span.start - start, 0), min(span.end - start, len(text))
            if first < end:
                found.append(Span(offset + first, offset + end, span.label))
    return [mask_spans(message, found) for message, found in zip(messages, own, strict=True)]


def _without_rest(last: str, text: str) -> str:
    for ended, goes_on in _RESTS:
        rest = goes_on.match(text) if ended.search(last) else None
        if rest and _GOES_ON.search(text[: rest.start(1)]):
            label = last[last.rindex("[") : last.rindex("]") + 1]
            return text[: rest.start(1)] + label + text[rest.end(1) :]
    return text
