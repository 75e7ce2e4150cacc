"""Web conversations: an unguessable name and its signature, so that the server keeps no list."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from bot.ops.keys import derive_key, sign

_PURPOSE = b"web conversation"
_NAME_BYTES = 18
_SIGNATURE = 32
_MAX_TOKEN = 100


class Sessions:
    """Opens conversations and recognises them.

    Args:
        key: the secret; another one makes strangers of all.
    """

    def __init__(self, key: bytes) -> None:
        if not key:
            raise ValueError("the session key is empty; give it the pseudonym key")
        self._key = derive_key(key, _PURPOSE)

    def open(self) -> str:
        """The token of a new conversation."""
        chat = secrets.token_urlsafe(_NAME_BYTES)
        return f"{chat}.{self._signature(chat)}"

    def chat(self, token: str) -> str | None:
        """The conversation that a token stands for; None when it was not made here."""
        chat, _, signature = token[:_MAX_TOKEN].partition(".")
        given = signature.encode("utf-8", "surrogatepass")
        return chat if hmac.compare_digest(given, self._signature(chat).encode()) else None

    def _signature(self, chat: str) -> str:
        return sign(self._key, chat)[:_SIGNATURE]


def event_id(chat: str, message: str) -> int:
    """A number below 2**63 for a message of a conversation, the same at each try."""
    digest = hashlib.sha256(f"{chat}\0{message}".encode()).digest()
    return int.from_bytes(digest[:8]) >> 1
