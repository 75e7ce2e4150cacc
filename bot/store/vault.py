"""Seals what must be stored whole for a moment: a message that waits to be answered or sent.

A reader of the file, of its free pages or of a backup sees neither names nor words; the key lies
outside the database.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from bot.ops.errors import BotError
from bot.ops.keys import derive_key, sign

_PURPOSE = b"aiguilleur: messages in transit"
_SIGNING = b"aiguilleur: codes of tickets"


class SealError(BotError):
    """A sealed text was written with another key, or changed since."""


class Vault:
    """Seals and opens JSON objects.

    Args:
        key: the secret of the pseudonyms; the vault's own is derived from it.
    """

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(derive_key(key, _PURPOSE)))
        self._signing = derive_key(key, _SIGNING)

    def seal(self, content: dict[str, Any]) -> str:
        """The object as text that only the key opens."""
        return self._fernet.encrypt(json.dumps(content).encode()).decode()

    def sign(self, text: str) -> str:
        """A keyed hash of ``text``: 64 hexadecimal digits, from which nobody finds it again."""
        return sign(self._signing, text)

    def open(self, sealed: str) -> dict[str, Any]:
        """The inverse of ``seal``.

        Raises:
            SealError: it cannot be opened with this key.
        """
        try:
            content: dict[str, Any] = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken:
            raise SealError("a stored message cannot be opened with this PSEUDONYM_KEY") from None
        return content

    def open_or_none(self, sealed: str) -> dict[str, Any] | None:
        """Open ``sealed``; None when it cannot be opened with this key."""
        try:
            return self.open(sealed)
        except SealError:
            return None
