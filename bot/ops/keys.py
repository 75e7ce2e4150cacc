"""Keys of one purpose made from a secret, and signatures with them: HMAC-SHA256 (RFC 2104)."""

from __future__ import annotations

import hashlib
import hmac


def derive_key(secret: bytes, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose; it tells nothing of the secret nor of another purpose."""
    return hmac.new(secret, purpose, hashlib.sha256).digest()


def sign(key: bytes, message: str) -> str:
    """64 hexadecimal digits that only who has the key can make; lone surrogates are signed too."""
    signed = message.encode("utf-8", "surrogatepass")
    return hmac.new(key, signed, hashlib.sha256).hexdigest()
