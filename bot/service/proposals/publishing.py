"""A proposal's lines written into the content folder, and taken out again, byte for byte.

The changed files are made on a copy, so that nobody reads half of one; each is put in place by one
renaming. What they replace is kept in the folder of the proposal. One process works at a time.
"""

from __future__ import annotations

import difflib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.analytics.proposals.changes import apply_changes
from bot.ops.errors import BotError
from bot.service.proposals.adopting import PLACES
from bot.service.proposals.candidate import changed_files, copy_content
from kb.files import fingerprint
from kb.writer import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.analytics.proposals.changes import Changes
    from bot.ops.settings import Settings

FORMER = "former"
_NOTE = "published.json"
_DRAFT = "publishing"


class PublishingError(BotError):
    """Something cannot be published or taken back; the message says why, in French."""


class _File(NamedTuple):
    """One file that a publication changes: its name, former bytes (None: none), new bytes."""

    name: str
    old: bytes | None
    new: bytes


def place_of(settings: Settings, number: int) -> Path:
    """The folder of a proposal."""
    return settings.data_dir / PLACES / str(number)


def is_writable(kb: Path) -> bool:
    """Whether every folder of the content takes new files."""
    folders = [kb, *(path for path in kb.rglob("*") if path.is_dir())]
    return kb.is_dir() and all(os.access(folder, os.W_OK) for folder in folders)


def publish_files(settings: Settings, number: int, changes: Changes, base: str) -> str:
    """Write a change into the content folder; the fingerprint of what it is then.

    Args:
        settings: which folder.
        number: of the proposal.
        changes: what is added.
        base: the fingerprint of the folder that was checked.

    Raises:
        PublishingError: the folder is another by now, cannot be written, or is being written.
        ContentError, OSError: it cannot be read.
    """
    kb, place = settings.kb_dir, place_of(settings, number)
    with _alone(settings):
        if fingerprint(kb) != base:
            raise PublishingError(
                "la base a changé depuis le contrôle\u00a0; contrôlez la proposition à nouveau"
            )
        files = _try_files(changes, kb, place)
        _keep_former(files, place)
        _put_all([(each.name, each.new) for each in files], kb)
        return fingerprint(kb)


def take_back_files(settings: Settings, number: int) -> str:
    """Put the former bytes back; the fingerprint of the folder then.

    Raises:
        PublishingError: a file was changed since, nothing was kept, or it cannot be written.
        ContentError, OSError: it cannot be read.
    """
    kb, place = settings.kb_dir, place_of(settings, number)
    with _alone(settings):
        kept = _read_note(place)
        for name, digest in kept.items():
            file = kb / name
            if not file.is_file() or _digest(file.read_bytes()) != digest:
                raise PublishingError(
                    f"« {name} » a changé depuis cette publication\u00a0; retirez d’abord ce qui a "
                    "suivi, ou corrigez le fichier à la main"
                )
        _put_all([(name, _former(place, name)) for name in kept], kb)
        return fingerprint(kb)


def _former(place: Path, name: str) -> bytes | None:
    path = place / FORMER / name
    return path.read_bytes() if path.is_file() else None


def diff_of(changes: Changes, kb: Path) -> str:
    """The change as a unified diff from the parent of the content folder's files.

    Raises:
        ChangeError, ContentError, OSError: it cannot be tried.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = _try_files(changes, kb, Path(folder))
    return "".join(line for file in files for line in _diff_of_file(file))


def _diff_of_file(file: _File) -> Iterator[str]:
    old, new = (_lines(data) for data in (file.old or b"", file.new))
    before = f"a/{file.name}" if file.old is not None else "/dev/null"
    for line in difflib.unified_diff(old, new, before, f"b/{file.name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8").splitlines(keepends=True)


def _try_files(changes: Changes, kb: Path, place: Path) -> list[_File]:
    copy = place / _DRAFT
    try:
        copy_content(kb, copy)
        apply_changes(changes, copy)
        return [_File(*each) for each in changed_files(kb, copy)]
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _keep_former(files: list[_File], place: Path) -> None:
    shutil.rmtree(place / FORMER, ignore_errors=True)
    for each in files:
        if each.old is not None:
            file = place / FORMER / each.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(each.old)
    note = {each.name: _digest(each.new) for each in files}
    (place / _NOTE).write_text(json.dumps(note), "utf-8")


def _read_note(place: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((place / _NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        told = "les fichiers d’avant n’ont pas été gardés ici\u00a0; retirez les lignes à la main"
        raise PublishingError(told) from None
    return found


def _put_all(files: list[tuple[str, bytes | None]], kb: Path) -> None:
    """Put every file in place, or none: what was done before a failure is undone."""
    done: list[tuple[str, bytes | None]] = []
    for name, data in files:
        file = kb / name
        before = file.read_bytes() if file.is_file() else None
        try:
            _put(file, data)
        except OSError as error:
            for earlier, old in done:
                _put(kb / earlier, old)
            told = (
                f"« {name} » ne peut pas être écrit ({error.strerror})\u00a0; vérifiez les droits"
            )
            raise PublishingError(told) from None
        done.append((name, before))


def _put(file: Path, data: bytes | None) -> None:
    """Replace a file in one step; None removes it."""
    if data is None:
        file.unlink(missing_ok=True)
    else:
        replace_file(file, data)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One publication at a time, whichever process makes it."""
    path = settings.data_dir / PLACES / ".lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            told = "quelqu’un d’autre publie en ce moment\u00a0; réessayez dans un instant"
            raise PublishingError(told) from None
        yield


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
