"""Checks what files say of each other, and which keys go together, once all are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.files import stem
from kb.problems import Problem
from kb.signs import show_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from kb.frontmatter import Document

_SOURCES = (
    "mettez-y les numéros des réponses publiées ; si rien n’est publié, écrivez plutôt "
    "« origin: guichet » (ou « origin: éditeur ») et « dated: 2025-03 »."
)


class References:
    """Checks the names that documents use against the files that exist.

    Args:
        files: relative path of every content file.
    """

    def __init__(self, files: Collection[str]) -> None:
        self.files = {stem(name): name for name in files}
        self.desks = {stem(name) for name in files if name.startswith("desks/")}
        self.entries = {stem(name) for name in files if name.startswith("faq/")}

    def check_entries(self, documents: Mapping[str, Document]) -> list[Problem]:
        """Problems of front matters, by file, that name entries or desks which do not exist."""
        found = [
            problem
            for name, document in documents.items()
            for look in (self._desks, self._sources, self._withheld, self._origin)
            for problem in look(name, document)
        ]
        return [*found, *self._former_ids(documents)]

    def check_term(self, key: str, line: int, entries: Sequence[str]) -> Iterator[Problem]:
        """The related ids of a term of the lexicon that no entry has."""
        for found in entries:
            if found not in self.entries:
                message = (
                    f"aucune fiche n’a le nom « {show_name(found)} » ; corrigez-le ou retirez-le."
                )
                yield Problem("lexicon.toml", line, key, message)

    def _desks(self, name: str, document: Document) -> Iterator[Problem]:
        known = ", ".join(sorted(self.desks)) or "aucun"
        for key in ("desk", "contact"):
            desk = document.data.get(key)
            if isinstance(desk, str) and desk.strip() and desk.strip() not in self.desks:
                message = f"guichet inconnu « {show_name(desk)} » ; guichets connus : {known}."
                yield Problem(name, document.line(key), key, message)

    def _sources(self, name: str, document: Document) -> Iterator[Problem]:
        data = document.data
        if data.get("status") == "draft" or "origin" in data:
            return
        if "sources" not in data:
            yield Problem(name, document.line(), "sources", f"cette clé manque ; {_SOURCES}")
        elif data["sources"] == []:
            line = document.line("sources")
            yield Problem(name, line, "sources", f"la liste est vide ; {_SOURCES}")

    def _withheld(self, name: str, document: Document) -> Iterator[Problem]:
        if document.data.get("status") == "withheld" and document.data.get("reason") is None:
            message = "une réponse retirée doit dire pourquoi ; ajoutez la clé « reason »."
            yield Problem(name, document.line("status"), "reason", message)

    def _origin(self, name: str, document: Document) -> Iterator[Problem]:
        data = document.data
        if "origin" not in data:
            return
        line = document.line("origin")
        if "dated" not in data:
            message = "une réponse qui n’est publiée nulle part doit dire sa date ; ajoutez-la."
            yield Problem(name, line, "dated", message)
        if data["origin"] == "guichet" and "desk" not in data:
            message = "dites quel guichet a répondu ; ajoutez la clé « desk »."
            yield Problem(name, line, "desk", message)

    def _former_ids(self, documents: Mapping[str, Document]) -> Iterator[Problem]:
        owner: dict[str, str] = {}
        for name, document in documents.items():
            listed = document.data.get("formerly")
            for former in listed if isinstance(listed, list) else []:
                if not isinstance(former, str):
                    continue
                other = self.files.get(former) or owner.get(former)
                if other:
                    message = f"l’ancien nom « {former} » est déjà celui de {other}."
                    yield Problem(name, document.line("formerly"), "formerly", message)
                owner.setdefault(former, name)
