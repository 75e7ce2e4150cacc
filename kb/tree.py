"""Which files of a content folder are read, by which names, and what else lies there."""

from __future__ import annotations

import os
import re
import unicodedata
from typing import TYPE_CHECKING

from kb.problems import Problem
from kb.signs import is_unseen, show_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUFFIXES = (".md", ".toml")
_KINDS = ("faq", "desks", "outside")
_RULE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OTHERS = re.compile(r"^[.#]|~$")
_LIKE_CONTENT = re.compile(r"\.(?:md|markdown|mdown|mkd|toml)(?:\.\w+)?$", re.IGNORECASE)
"""How the name of a file ends that its editor believes is served."""

_OUT = "le lien mène hors du dossier de contenu."


class Tree:
    """A content folder, walked once.

    Names that begin with a dot belong to editors, synchronisers and version control, and names
    that end as a safety copy does to an editor: they are passed over. Links are followed as long
    as they stay inside, each real folder once.

    Args:
        folder: the content folder, which exists.

    Attributes:
        files: what is read, by relative POSIX path in NFC, sorted.
        problems: what lies there and is not read; blocking where the folder cannot be served.
    """

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve()
        self._seen: set[Path] = set()
        self.problems: list[Problem] = []
        found: dict[str, Path] = {}
        for name, path in self._walk(folder, ""):
            if found.setdefault(name, path) != path:
                self._report(name, "deux fichiers ont ce nom, à l’œil ; gardez-en un.")
        self.files = dict(sorted(found.items()))

    def _walk(self, folder: Path, above: str) -> Iterator[tuple[str, Path]]:
        for child in self._children(folder, above):
            path = folder / child.name
            name = above + unicodedata.normalize("NFC", child.name)
            if not self._may_be_named(name):
                continue
            # A loop of links is no folder: only Path says so without an error.
            if path.is_dir() if child.is_symlink() else child.is_dir():
                if self._enter(name, path):
                    yield from self._walk(path, f"{name}/")
            elif self._is_content(name, path, child):
                yield name, path

    def _children(self, folder: Path, above: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as found:
                ours = [child for child in found if not _OTHERS.search(child.name)]
        except OSError:
            self._report(above or ".", "dossier illisible ; vérifiez ses droits.")
            return []
        return sorted(ours, key=lambda child: child.name)

    def _may_be_named(self, name: str) -> bool:
        """Whether a name can be written, compared and read aloud; if not, it is told."""
        if name.isprintable() and not any(map(is_unseen, name)):
            return True
        message = "un signe invisible ou illisible dans ce nom ; renommez le fichier."
        self._report(show_name(name), message)
        return False

    def _enter(self, name: str, path: Path) -> bool:
        real = path.resolve()
        if not real.is_relative_to(self._root):
            self._report(name, _OUT)
            return False
        if real in self._seen or self._root.is_relative_to(real):
            return False
        self._seen.add(real)
        self._look_at_name(name, path.name)
        return True

    def _is_content(self, name: str, path: Path, child: os.DirEntry[str]) -> bool:
        if path.suffix not in SUFFIXES:
            self._report(name, _unexpected(name), blocking=False)
            return False
        # A link that leads nowhere, or to itself, is an entry that the editor believes is served.
        if not child.is_symlink() and not child.is_file():
            self._report(name, "ce n’est pas un fichier ordinaire.", blocking=False)
            return False
        self._look_at_name(name, path.stem if path.suffix == ".md" else "")
        return True

    def _look_at_name(self, name: str, written: str) -> None:
        if name.split("/", maxsplit=1)[0] in _KINDS and written and not _RULE.fullmatch(written):
            message = (
                f"« {show_name(written)} » : un nom s’écrit en minuscules sans accents, avec des "
                "tirets ; renommez-le."
            )
            self._report(name, message, blocking=False)

    def _report(self, name: str, message: str, *, blocking: bool = True) -> None:
        self.problems.append(Problem(name, 0, "", message, blocking))


def _unexpected(name: str) -> str:
    if _LIKE_CONTENT.search(name):
        return "fichier inattendu, il n’est pas servi ; son nom doit finir par .md ou .toml."
    return "fichier inattendu, il n’est pas servi ; retirez-le, ou faites-en une fiche .md."
