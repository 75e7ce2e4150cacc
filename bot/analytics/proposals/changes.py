"""A proposed change of the knowledge base, and the content files that it adds lines to."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from bot.ops.errors import BotError
from kb.entries import MANNERS, FaqEntry, Question
from kb.files import content_files, stem
from kb.naming import suggested_id
from kb.writer import add_questions_to, create_entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kb.entries import KnowledgeBase

ChangeKind: TypeAlias = Literal["wording", "entry", "desk", "outside"]
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
FOLDERS: Mapping[ChangeKind, str] = {"wording": "faq", "desk": "desks", "outside": "outside"}
"""Where the file lies that gets the wordings of each kind; an entry makes its own."""

UNSORTED = "divers"
"""The folder below ``faq`` of an entry whose theme nobody has named."""

GUICHET, EDITOR = "guichet", "éditeur"
_SPACES = re.compile(r"\s+")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TEXTS = ("target", "manner", "title", "answer", "desk", "theme", "origin", "dated", "ticket")


class ChangeError(BotError):
    """A change cannot be what was asked for; the message says why, in French."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be added.

    Attributes:
        kind: wordings of an entry, a new entry, messages of a desk, or of a family outside.
        target: the id of the entry, desk or family that gets the wordings.
        manner: how they are asked, as ``kb.entries.MANNERS``.
        wordings: what is added, one question each.
        title, answer, sources, desk, theme: of a new entry; ``theme`` is its folder.
        origin, dated: of an entry that was published nowhere: who wrote it, and when.
        ticket: the number of the ticket whose answer it was written from.
        original: that answer, masked, as the desk wrote it.
        nobody_named: whether the editor confirmed that the wordings name nobody.
    """

    kind: ChangeKind
    target: str = ""
    manner: str = "reworded"
    wordings: tuple[str, ...] = ()
    title: str = ""
    answer: str = ""
    sources: tuple[str, ...] = ()
    desk: str = ""
    theme: str = UNSORTED
    origin: str = ""
    dated: str = ""
    ticket: str = ""
    original: str = ""
    nobody_named: bool = False

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Changes:
        """A change from JSON or YAML types.

        Raises:
            ChangeError: there is an unknown key, or a value of another type.
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(data) - known):
            raise ChangeError(f"clé inconnue\u00a0: {', '.join(unknown)}.")
        if data.get("kind") not in KINDS:
            raise ChangeError(f"« kind » doit être l’un de\u00a0: {', '.join(KINDS)}.")
        values = {**data, **{name: str(data[name] or "") for name in _TEXTS if name in data}}
        for name in ("wordings", "sources"):
            values[name] = _lines(values.get(name, ()), name)
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    @property
    def entry_id(self) -> str:
        """The id that a new entry gets, by its title."""
        return suggested_id(self.title)

    @property
    def owner(self) -> str:
        """The id of what owns the wordings once they are added."""
        return self.entry_id if self.kind == "entry" else self.target

    def entry(self) -> FaqEntry:
        """The new entry, published."""
        asked = tuple(Question(text, self.manner) for text in self.wordings)
        return FaqEntry(
            id=self.entry_id,
            title=self.title,
            sources=self.sources,
            answer=self.answer,
            desk=self.desk or None,
            questions=asked,
            dated=self.dated,
            origin="" if self.sources else self.origin or EDITOR,
        )


def _lines(value: object, name: str) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.splitlines()
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise ChangeError(f"« {name} » doit être une liste de textes.")
    texts = (_SPACES.sub(" ", each).strip() for each in value)
    return tuple(dict.fromkeys(text for text in texts if text))


def missing(changes: Changes, base: KnowledgeBase) -> list[str]:
    """What the change lacks before anything can be checked, in French; empty when it is whole."""
    found = _missing_of_entry(changes, base) if changes.kind == "entry" else []
    if changes.kind != "entry" and changes.target not in _targets(changes, base):
        found.append("Choisissez ce à quoi les questions s’ajoutent.")
    if not changes.wordings:
        found.append("Écrivez au moins une question, une par ligne.")
    if changes.manner not in MANNERS:
        found.append("Choisissez une manière de demander dans la liste.")
    if not changes.nobody_named:
        found.append("Confirmez que les questions ne nomment personne.")
    return found


def _missing_of_entry(changes: Changes, base: KnowledgeBase) -> list[str]:
    found = []
    if not changes.title.strip():
        found.append("Donnez un titre à la fiche\u00a0: la question, telle qu’on la poserait.")
    if not changes.answer.strip():
        found.append("Écrivez la réponse.")
    if changes.desk and changes.desk not in base.desks:
        found.append("Choisissez un guichet de la liste, ou aucun.")
    if not changes.desk and changes.origin == GUICHET:
        found.append("Choisissez le guichet qui a écrit cette réponse.")
    if not _NAME.fullmatch(changes.theme):
        found.append("Le dossier s’écrit en minuscules sans accents, avec des tirets.")
    return found


def _targets(changes: Changes, base: KnowledgeBase) -> Mapping[str, object]:
    groups: Mapping[str, Mapping[str, object]] = {
        "wording": base.published,
        "desk": base.desks,
        "outside": base.outside,
    }
    return groups[changes.kind]


def apply_changes(changes: Changes, folder: Path) -> None:
    """Add the change to the content folder ``folder``; no line that is there changes.

    Raises:
        ChangeError: there is no such entry, desk or family.
        FileExistsError: a new entry's file is there already.
        ContentError, OSError: a file cannot be read or written.
    """
    if changes.kind == "entry":
        create_entry(folder, changes.theme, changes.entry())
        return
    below = f"{FOLDERS[changes.kind]}/"
    files = content_files(folder).items()
    found = [
        path for name, path in files if name.startswith(below) and stem(name) == changes.target
    ]
    if not found:
        raise ChangeError(f"« {changes.target} » n’existe pas dans la base.")
    add_questions_to(found[0], changes.manner, changes.wordings)
