"""The word in a link by which an asker stops the mails about a ticket: signed, no code needed."""

from __future__ import annotations

import hmac
import re

from bot.ops.keys import derive_key, sign

STOPPING = "/suivi/desabonner"
"""The path of the page that the link leads to."""

_PURPOSE = b"aiguilleur: stopping mails"
_DIGITS = 20
"""Hexadecimal ones: 80 bits, which nobody guesses through a page."""

_WORD = re.compile(rf"([0-9]{{1,10}})\.([0-9a-f]{{{_DIGITS}}})")


class StopWords:
    """Makes and reads the words.

    Args:
        secret: of the installation.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = derive_key(secret, _PURPOSE)

    def make(self, ticket_id: int) -> str:
        """The word of a ticket, ``12.0123…``."""
        return f"{ticket_id}.{self._sign(ticket_id)}"

    def read(self, word: str) -> int | None:
        """The id of the ticket whose word this is; None: it is not one of ours."""
        found = _WORD.fullmatch(word)
        if found is None or not hmac.compare_digest(self._sign(int(found[1])), found[2]):
            return None
        return int(found[1])

    def _sign(self, ticket_id: int) -> str:
        return sign(self._key, f"stop {ticket_id}")[:_DIGITS]
