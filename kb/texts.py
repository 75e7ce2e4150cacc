"""The texts of a knowledge base without its questions, from a copy that is quick to read.

Parsing hundreds of files takes most of a second; reading the copy takes a few milliseconds. It
is made anew whenever a byte of the folder changes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kb.entries import About, Desk, FaqEntry, KnowledgeBase, Outside, Term
from kb.files import fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 2
"""Counts up when the loader reads the same files differently."""

KEPT = 8
"""Copies kept in a folder, the last ones used: two knowledge bases may take turns."""


class Texts(NamedTuple):
    """What serving needs of a knowledge base.

    Attributes:
        base: entries, desks, families and lexicon, without a question.
        learning: the fingerprint of what a model learns from it.
    """

    base: KnowledgeBase
    learning: str


def load_texts(folder: Path, copies: Path) -> Texts:
    """The texts of the content folder ``folder``, as they are now.

    Args:
        folder: the content folder.
        copies: where copies are kept; one that cannot be written is done without.

    Raises:
        ContentError: the folder cannot be served.
    """
    copy = copies / f"{fingerprint(folder)}.json"
    found = _read(copy)
    if found is None:
        found = _parse(folder)
        with contextlib.suppress(OSError):
            _write(copy, found)
    return found


def _parse(folder: Path) -> Texts:
    from kb.learning import learning_fingerprint  # noqa: PLC0415 - a copy is read without it
    from kb.loader import load  # noqa: PLC0415

    base = load(folder)
    return Texts(KnowledgeBase.from_dict(base.to_dict()), learning_fingerprint(base))


def _read(copy: Path) -> Texts | None:
    try:
        head, _, body = copy.read_bytes().partition(b"\n")
        if head.decode() != _seal(body):
            return None
        data = json.loads(body)
        return Texts(KnowledgeBase.from_dict(data["base"]), str(data["learning"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(copy: Path, found: Texts) -> None:
    data: Mapping[str, Any] = {"learning": found.learning, "base": found.base.to_dict()}
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".copy-", dir=copy.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_seal(body).encode() + b"\n" + body)
        Path(name).replace(copy)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    for old in sorted(copy.parent.glob("*.json"), key=_age)[:-KEPT]:
        old.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another process has just removed it
        return 0.0


def _seal(body: bytes) -> str:
    """A hash of the copy and of the form of the types that it is read into."""
    types = (KnowledgeBase, FaqEntry, Desk, Outside, Term, About)
    form = ";".join(f"{t.__name__}:{','.join(f.name for f in fields(t))}" for t in types)
    return hashlib.sha256(f"{FORMAT};{form}\n".encode() + body).hexdigest()
