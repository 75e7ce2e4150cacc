"""What a desk may see of a person's words.

What identifies a patient is masked for everybody. How to reach the asker, their identifiers at work
and their name are masked too, until they press "Montrer mes coordonnées".
"""

from __future__ import annotations

from bot.scrubbing.scrub import scrub, scrub_patients

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


def _storable(text: str) -> str:
    """Neither a lone surrogate nor a NUL can be stored in every database."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - len(CUT)] + CUT
