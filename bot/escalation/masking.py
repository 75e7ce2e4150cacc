"""What a desk may see of a person's words.

What identifies a patient is masked for everybody. How to reach the asker, their identifiers at work
and their name are masked too, until they press "Montrer mes coordonnées".
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bot.scrubbing.scrub import CONTACT, scrub, scrub_patients
from bot.scrubbing.split import mask_across, may_go_on

if TYPE_CHECKING:
    from collections.abc import Sequence

PIECES = 3
"""Messages before one among which the beginning of a number is looked for."""

_LABEL = re.compile(r"\[[^\[\]]{1,30}\]")
MAX_TEXT = 6_000
"""Characters of one message, more than Telegram takes; a longer one is cut with a mark."""

CUT = "…"
_MAX_READ = 8_000


def keep_contact(text: str) -> str:
    """The text without patients' identifiers: as it is kept until the asker has chosen."""
    return _cut(scrub_patients(_storable(text[:_MAX_READ])))


def for_desk(text: str, *, show_contact: bool = False) -> str:
    """The text as the desk sees it."""
    return keep_contact(text) if show_contact else _cut(scrub(_storable(text[:_MAX_READ])))


def for_desk_after(
    before: Sequence[str], text: str, *, show_contact: bool = False
) -> tuple[list[str], str]:
    """A text as the desk sees it, and what was said just before, without what spans them.

    Args:
        before: what was said before, as the desk sees it, the oldest first.
        text: the message itself, as it came.
        show_contact: whether how to reach the asker may be seen.
    """
    known = list(before[-PIECES:])
    if not known or not may_go_on(text):
        return list(before), for_desk(text, show_contact=show_contact)
    left, rest = mask_across(known, _storable(text[:_MAX_READ]))
    if show_contact and not _hides_patient([*known, text], [*left, rest]):
        left, rest = known, text
    return [*before[:-PIECES], *left], for_desk(rest, show_contact=show_contact)


def all_for_desk(texts: Sequence[str], *, show_contact: bool = False) -> list[str]:
    """Texts that follow each other as the desk sees them."""
    seen: list[str] = []
    for text in texts:
        before, last = for_desk_after(seen, text, show_contact=show_contact)
        seen = [*before, last]
    return seen


def _hides_patient(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether what was masked in texts is more than how to reach somebody."""
    labels = Counter(_LABEL.findall(" ".join(after))) - Counter(_LABEL.findall(" ".join(before)))
    return bool(set(labels) - CONTACT)


def _storable(text: str) -> str:
    """Neither a lone surrogate nor a NUL can be stored in every database."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - len(CUT)] + CUT
