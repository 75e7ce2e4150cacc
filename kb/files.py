"""The files of a content folder, read safely, and the fingerprint over them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.problems import ContentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAX_BYTES = 1_000_000
"""An entry of more is a mistake (a pasted page, a binary), not an answer."""


def content_files(folder: Path) -> dict[str, Path]:
    """The Markdown and TOML files below ``folder``, by relative POSIX path, sorted.

    Raises:
        ContentError: ``folder`` does not exist, or is plainly another one.
    """
    if not folder.is_dir():
        message = "le dossier de contenu n’existe pas ; vérifiez KB_DIR ou l’option --kb."
        raise ContentError([Problem(str(folder), 0, "", message)])
    # Else whatever lies there would be read, and told file by file.
    if not any((folder / name).exists() for name in ("faq", "about.toml")):
        message = "il n’y a pas de dossier faq/ ici ; vérifiez KB_DIR ou l’option --kb."
        raise ContentError([Problem(str(folder), 0, "", message)])
    found = (p for p in folder.rglob("*") if p.suffix in {".md", ".toml"} and _is_file(p))
    return {p.relative_to(folder).as_posix(): p for p in sorted(found)}


def read_text(name: str, path: Path, folder: Path) -> str:
    """The text of a content file; a BOM and CRLF are read as if absent.

    Raises:
        ContentError: it cannot be read, lies outside the folder, is too large, or is not UTF-8.
    """
    data = _read(name, path, folder)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = "ce n’est pas de l’UTF-8 ; enregistrez le fichier en UTF-8."
        raise ContentError([Problem(name, line, "", message)]) from None


def fingerprint(folder: Path) -> str:
    """A hash of the folder's names and contents, the same on any machine (16 hex digits).

    Raises:
        ContentError: ``folder`` does not exist, or ``read_text`` would refuse a file as a file.
    """
    digest = hashlib.sha256()
    for name, path in content_files(folder).items():
        digest.update(name.encode() + b"\0" + _read(name, path, folder) + b"\0")
    return digest.hexdigest()[:16]


def locate_problems(problems: Iterable[Problem], folder: Path) -> list[Problem]:
    """The problems, each with the file of the entry, desk or family that its id names.

    Raises:
        ContentError: ``folder`` does not exist.
    """
    file_of = {path.stem: name for name, path in content_files(folder).items()}
    return [replace(found, file=file_of.get(found.file, found.file)) for found in problems]


def _is_file(path: Path) -> bool:
    # A link that leads nowhere, or to itself, is an entry that the editor believes is served.
    return path.is_file() or (path.is_symlink() and not path.exists())


def _read(name: str, path: Path, folder: Path) -> bytes:
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve()):
            raise ContentError([Problem(name, 0, "", "le lien mène hors du dossier de contenu.")])
        if (size := path.stat().st_size) > MAX_BYTES:
            raise ContentError([Problem(name, 0, "", f"fichier trop lourd ({size} octets).")])
        data = path.read_bytes()
    except (OSError, RuntimeError):  # up to Python 3.12 a loop of links is a RuntimeError
        message = "fichier illisible ; vérifiez ses droits, ou où mène le lien."
        raise ContentError([Problem(name, 0, "", message)]) from None
    return data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
