"""Deep links: the argument of ``/start`` that opens an answer or runs a command.

A channel takes 64 characters of ``A-Za-z0-9_-`` at most.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


MAX_LINK = 64
FROM_GROUP = "groupe"
"""Opens the private chat, and nothing in it but the first words."""

_ENTRY, _COMMAND = "e-", "c-"
_FITS = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_LINK - len(_ENTRY)}}}")
_DIGITS = 40


def deep_link(entry_id: str) -> str:
    """The argument that opens an entry; a hash where the id is too long or has other letters."""
    if _FITS.fullmatch(entry_id):
        return _ENTRY + entry_id
    text = entry_id.encode("utf-8", "surrogatepass")
    return _ENTRY + hashlib.sha256(text).hexdigest()[:_DIGITS]


def entry_of(argument: str, entry_ids: Iterable[str]) -> str | None:
    """Which of the entries an argument opens: the inverse of :func:`deep_link`."""
    if not argument.startswith(_ENTRY):
        return None
    return next((found for found in entry_ids if deep_link(found) == argument), None)


def command_link(name: str) -> str:
    """The argument that runs a command, named without its slash."""
    return _COMMAND + name


def command_of(argument: str) -> str | None:
    """The command that an argument runs, without its slash; None when it is no such argument."""
    return argument.removeprefix(_COMMAND) if argument.startswith(_COMMAND) else None


def from_group(entry_id: str = "") -> str:
    """The argument that goes on in private: at the entry, if there is one."""
    return deep_link(entry_id) if entry_id else FROM_GROUP
