"""The file of a backup: a tar of the database, the pseudonym key and a manifest."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from dataclasses import asdict, dataclass, field
from typing import IO, TYPE_CHECKING, Any

from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST, DATABASE, KEY = "manifest.json", "aiguilleur.db", "pseudonym.key"
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        version: of the program that made it.
        revision: of the database's schema; None for one in which nothing was ever written.
        made: when, in ISO 8601.
        key_print: tells the pseudonym key from others, and says nothing of it.
        sha256: hexadecimal digest by member.
    """

    version: str
    revision: str | None
    made: str
    key_print: str
    sha256: dict[str, str] = field(default_factory=dict)


class BrokenBackupError(StoreError):
    """The file is no backup, or not as it was written."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} cannot be restored ({why}): take another backup")


def write_archive(file: Path, manifest: Manifest, members: Mapping[str, Path]) -> None:
    """Write a whole backup; ``file`` has its name only once it is complete and on the disk.

    Raises:
        FileExistsError: there is such a file already; it is left as it is.
        OSError: it cannot be written.
    """
    digests = {name: _digest(path) for name, path in members.items()}
    said = json.dumps({**asdict(manifest), "sha256": digests}, indent=1).encode()
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w") as tar:
                _add(tar, MANIFEST, io.BytesIO(said), len(said))
                for name, path in members.items():
                    with path.open("rb") as content:
                        _add(tar, name, content, path.stat().st_size)
            raw.flush()
            os.fsync(raw.fileno())
        # Unlike a renaming, a link never takes the place of what is there.
        file.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, _PRIVATE
    tar.addfile(member, content)


def read_archive(file: Path, folder: Path) -> Manifest:
    """Unpack a backup into ``folder``, each member under its own name, private.

    Raises:
        BrokenBackupError: it is no backup, or not what was written.
        OSError: it cannot be read, or ``folder`` not be written.
    """
    try:
        with tarfile.open(file) as tar:
            manifest = _manifest(tar)
            for name in (DATABASE, KEY):
                if name in manifest.sha256:
                    _unpack(tar, name, folder / name)
    except (tarfile.TarError, KeyError, TypeError, ValueError, EOFError) as error:
        raise BrokenBackupError(file, "it is no backup of aiguilleur, or only a part") from error
    for name, digest in manifest.sha256.items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise BrokenBackupError(file, f"{name} is not what was written")
    if DATABASE not in manifest.sha256:
        raise BrokenBackupError(file, "it holds no database")
    return manifest


def _manifest(tar: tarfile.TarFile) -> Manifest:
    found: dict[str, Any] = json.loads(_content(tar, MANIFEST).read())
    return Manifest(**found)


def _content(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    content = tar.extractfile(name)
    if content is None:
        raise KeyError(name)
    return content


def _unpack(tar: tarfile.TarFile, name: str, path: Path) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
        shutil.copyfileobj(_content(tar, name), file)
        file.flush()
        os.fsync(file.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
