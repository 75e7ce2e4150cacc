"""Names for chats that say nothing of the person, the same each time."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from pathlib import Path

from bot.ops.keys import sign
from bot.store import StoreError

KEY_FILE = "pseudonym.key"
_HEX_KEY = re.compile(r"[0-9a-f]{64}")


class Pseudonym:
    """Names chats by a keyed hash; who lacks the key cannot try chat ids one by one.

    Args:
        key: the secret, see :func:`load_key`.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if not key:
            raise ValueError("the pseudonym key is empty; leave it unset to have one made")
        self._key = key

    def of(self, channel: str, chat: str) -> str:
        """The name of one chat of one channel: 16 hexadecimal characters."""
        return sign(self._key, f"{channel}\0{chat}")[:16]


def load_key(data_dir: Path, configured: str | None, *, make: bool = True) -> bytes:
    """The key: the configured one, else that of ``data_dir``, made there at the first call.

    Args:
        data_dir: where the file of the key lies.
        configured: the key that is set, if any.
        make: whether one is made when there is none.

    Raises:
        StoreError: the file cannot be made or read, or is no key. It is never overwritten: with
            another key, the bot would no longer recognise anybody.
    """
    if configured:
        return configured.encode("utf-8", "surrogateescape")
    path = data_dir / KEY_FILE
    try:
        if not path.exists():
            if not make:
                raise StoreError(
                    f"there is no {path}, the key that the database was written with: set "
                    "PSEUDONYM_KEY as the service has it, or copy the file from a backup"
                )
            _create(path)
        text = path.read_text("ascii").strip()
    except OSError as error:
        raise StoreError(
            f"{path} cannot be used ({error.strerror}): let this user write {data_dir}, "
            "or set PSEUDONYM_KEY"
        ) from error
    except UnicodeDecodeError:
        text = ""
    if not _HEX_KEY.fullmatch(text):
        raise StoreError(
            f"{path} is not a key of 64 hexadecimal digits: copy it from a backup, "
            "or delete it and every chat gets a new name"
        )
    return bytes.fromhex(text)


def _create(path: Path) -> None:
    """Write a whole key aside, then link it: of two processes, one wins and both read its key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, aside = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _link(Path(aside), path)
    finally:
        Path(aside).unlink()


def _link(aside: Path, path: Path) -> None:
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        # The other process was first: its key is the key.
        return
