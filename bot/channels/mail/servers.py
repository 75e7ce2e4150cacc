"""Where mail goes out and comes in, and what is wrong there, in words."""

from __future__ import annotations

import ssl
import time
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from bot.ops.setting_types import is_loopback

_PORTS = {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}
CALL_SECONDS = 30.0


class MailServer(NamedTuple):
    """A server with the account that we have there.

    Attributes:
        host, port: of it.
        user, password: of the account; empty: it asks for none.
        encryption: ``tls`` from the first byte, ``starttls``, or ``none``, only on this machine.
        folder: of the mailbox.
    """

    host: str
    port: int
    user: str
    password: str
    encryption: str
    folder: str = "INBOX"


def server_of(url: str) -> MailServer:
    """The server of an address such as ``imaps://user:password@host:993/INBOX``."""
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    encryption = "tls" if parts.scheme.endswith("s") else "starttls"
    if encryption == "starttls" and is_loopback(host):
        encryption = "none"
    return MailServer(
        host,
        parts.port or _PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        encryption,
        unquote(parts.path.strip("/")) or "INBOX",
    )


class Standing:
    """Whether a server works, and since when it has not.

    Attributes:
        trouble: what is wrong, in words; empty when nothing is.
    """

    def __init__(self) -> None:
        self.trouble = ""
        self._since = 0.0

    def note_trouble(self, said: str) -> None:
        """It does not work; that it did for long before counts for nothing."""
        if not self.trouble:
            self._since = time.monotonic()
        self.trouble = said

    def note_work(self) -> None:
        """It works."""
        self.trouble = ""

    @property
    def silent_seconds(self) -> float:
        """For how long it has not worked; 0 while it does."""
        return time.monotonic() - self._since if self.trouble else 0.0


_KNOWN = (
    (("basic authentication is disabled", "basic auth"), "basic authentication is disabled there"),
    (("authenticationfailed", "authentication failed", "invalid credentials"), "password refused"),
    (("535", "login failed", "authorization failed", "logon failure"), "password refused"),
    (("overquota", "quota", "mailbox full", "mailbox is full", "552"), "the mailbox is full"),
    (("nonexistent", "no such mailbox", "unknown mailbox"), "there is no such folder"),
)


def explain_trouble(error: BaseException) -> str:
    """What is wrong with a server, in a few words that hold no secret."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = getattr(error, "verify_message", "") or "it cannot be checked"
        return f"its certificate is not accepted ({why})"
    if isinstance(error, ssl.SSLError):
        return "no encrypted connection can be made"
    said = str(error).lower()
    for signs, words in _KNOWN:
        if any(sign in said for sign in signs):
            return words
    if isinstance(error, TimeoutError):
        return "it does not answer"
    if isinstance(error, ConnectionError | OSError):
        return f"it cannot be reached ({type(error).__name__})"
    return f"it refuses ({type(error).__name__})"
