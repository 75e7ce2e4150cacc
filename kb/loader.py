"""A content folder -> KnowledgeBase; every problem is reported at once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from kb import frontmatter
from kb.entries import About, Desk, Domain, FaqEntry, KnowledgeBase, Outside, Question, Term, Waiver
from kb.files import fingerprint, read_text, read_tree, stem
from kb.markup import plain_body
from kb.problems import ContentError, Problem
from kb.references import References
from kb.schema import (
    AboutFile,
    DeskFile,
    FaqFile,
    LexiconFile,
    OutsideFile,
    ThemesFile,
)
from kb.schema_problems import problems_of
from kb.signs import is_blank
from kb.walk import FILE as THEMES

if TYPE_CHECKING:
    from pathlib import Path

    from kb.frontmatter import Document

TOML_UNREADABLE = "ce fichier ne se lit pas ; souvent un guillemet ou un signe « = » qui manque."

Model = TypeVar("Model", bound=BaseModel)


def load(folder: Path) -> KnowledgeBase:
    """Read a whole content folder.

    Raises:
        ContentError: the folder cannot be served; it lists every blocking problem.
    """
    reading = _Reading(folder)
    reading.read_all()
    reading.check_references()
    if reading.problems:
        raise ContentError(sorted(reading.problems))
    return KnowledgeBase(
        about=reading.about,
        entries=reading.entries,
        desks=reading.desks,
        outside=reading.outside,
        lexicon=reading.lexicon,
        domains=reading.domains,
        labels=reading.labels,
        fingerprint=fingerprint(folder),
    )


class _Reading:
    """One pass over the folder, collecting entries and problems."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.about = About(name="", serves="")
        self.entries: dict[str, FaqEntry] = {}
        self.desks: dict[str, Desk] = {}
        self.outside: dict[str, Outside] = {}
        self.lexicon: tuple[Term, ...] = ()
        self.domains: tuple[Domain, ...] = ()
        self.labels: dict[str, str] = {}
        self._file_of: dict[str, str] = {}
        self._faq_documents: dict[str, Document] = {}
        self._lexicon_text = ""
        self._files: dict[str, Path] = {}

    def read_all(self) -> None:
        tree = read_tree(self.folder)
        files = self._files = tree.files
        self.problems += [problem for problem in tree.problems if problem.blocking]
        for name, path in files.items():
            try:
                self._read(name, read_text(name, path, self.folder))
            except ContentError as error:
                self.problems += error.problems
        if "about.toml" not in files:
            self._report(
                "about.toml", "", "ce fichier manque ; il dit qui répond et au nom de qui."
            )
        if not self.entries and not self.problems:
            self._report("faq", "", "aucune réponse : ajoutez au moins un fichier .md.")

    def check_references(self) -> None:
        # On the raw documents: an entry with another mistake has its references checked too.
        known = References(self._files)
        self.problems += known.check_entries(self._faq_documents)
        for number, term in enumerate(self.lexicon):
            line = _toml_line(self._lexicon_text, ("term", number, "entries"))
            self.problems += known.check_term(f"term.{number}.entries", line, term.entries)

    def _read(self, name: str, text: str) -> None:
        parts = name.split("/")
        if name == "about.toml":
            self.about = About(**_toml(name, text, AboutFile).model_dump())
        elif name == "lexicon.toml":
            lexicon = _toml(name, text, LexiconFile)
            self.lexicon = tuple(Term(**term.model_dump()) for term in lexicon.term)
            self._lexicon_text = text
        elif name == THEMES:
            themes = _toml(name, text, ThemesFile)
            self.domains, self.labels = _domains(themes), themes.labels
        elif parts[0] in {"faq", "desks", "outside"} and name.endswith(".md"):
            self._read_entry(parts[0], name, frontmatter.parse(name, text))
        else:
            self._report(name, "", "fichier inattendu ; rangez-le sous faq/, desks/ ou outside/.")

    def _read_entry(self, kind: str, name: str, document: Document) -> None:
        key = stem(name)
        self.problems += document.problems
        if (other := self._file_of.setdefault(key, name)) != name:
            message = f"le nom « {key} » sert déjà à {other} ; il doit être unique."
            self._report(name, "", message)
        document = replace(document, body=plain_body(name, document))
        if is_blank(document.body):
            self._report(
                name, "", "le texte sous l’en-tête est vide ; écrivez-le.", document.line()
            )
        if kind == "faq":
            self._faq_documents[name] = document
            self.entries[key] = _faq(key, name, document)
        elif kind == "desks":
            self.desks[key] = _desk(key, name, document)
        else:
            self.outside[key] = _outside(key, name, document)

    def _report(self, file: str, key: str, message: str, line: int = 0) -> None:
        self.problems.append(Problem(file, line, key, message))


def _faq(key: str, name: str, document: Document) -> FaqEntry:
    file = _validate(name, document, FaqFile)
    return FaqEntry(
        id=key,
        title=file.title,
        sources=file.sources,
        answer=document.body,
        desk=file.desk,
        themes={str(facet): values for facet, values in file.themes.items()},
        questions=_questions(file.questions),
        status=file.status,
        reason=file.reason or "",
        waivers=tuple(Waiver(w.fact, w.reason) for w in file.waivers),
        url=file.url,
        dated=file.dated,
        wave=file.wave or "",
        contact=file.contact,
        formerly=file.formerly,
        origin=file.origin or "",
    )


def _desk(key: str, name: str, document: Document) -> Desk:
    file = _validate(name, document, DeskFile)
    return Desk(
        id=key,
        name=file.name,
        email=file.email,
        phone=file.phone or "",
        takes=file.takes,
        guidance=document.body,
        questions=_questions(file.questions),
        hours=tuple(file.hours.items()),
        holidays=file.holidays or "",
        closed=file.closed,
        reply_within=file.reply_within or "",
        remind_after=file.remind_after,
        close_after=file.close_after or "",
        relay=file.relay,
        signature=file.signature,
    )


def _outside(key: str, name: str, document: Document) -> Outside:
    file = _validate(name, document, OutsideFile)
    return Outside(
        id=key,
        title=file.title,
        reply=document.body,
        questions=_questions(file.questions),
        courtesy=file.courtesy,
        closing=file.closing,
    )


def _domains(file: ThemesFile) -> tuple[Domain, ...]:
    return tuple(
        Domain(
            domain.name,
            tuple(
                (facet, value)
                for facet, values in domain.model_dump(exclude={"name"}).items()
                for value in values
            ),
        )
        for domain in file.domain
    )


def _questions(found: dict[Any, tuple[str, ...]] | tuple[str, ...]) -> tuple[Question, ...]:
    if isinstance(found, tuple):
        return tuple(Question(text) for text in found)
    return tuple(Question(text, manner) for manner, texts in found.items() for text in texts)


def _validate(name: str, document: Document, model: type[Model]) -> Model:
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        found = problems_of(name, error, lambda path: document.line(*path))
        raise ContentError(found) from None


def _toml(name: str, text: str, model: type[Model]) -> Model:
    try:
        return model.model_validate(tomllib.loads(text))
    except ValidationError as error:
        raise ContentError(problems_of(name, error, lambda path: _toml_line(text, path))) from None
    except (ValueError, RecursionError) as error:
        # Besides its own error, tomllib lets those of int() and of deep nesting through.
        merge = frontmatter.first_merge_line(text)
        if merge:
            raise ContentError([Problem(name, merge, "", frontmatter.MERGE_MESSAGE)]) from None
        line = re.search(r"at line (\d+)", str(error))
        problem = Problem(name, int(line[1]) if line else 0, "", TOML_UNREADABLE)
        raise ContentError([problem]) from None


def _toml_line(text: str, path: tuple[str | int, ...]) -> int:
    """The line of ``key``, or of ``key`` in the n-th ``[[term]]``; 0 when it is not written so."""
    tables = [0, *(m.end() for m in re.finditer(r"^\s*\[\[", text, re.MULTILINE))]
    number = next((part + 1 for part in path if isinstance(part, int)), 0)
    start = tables[number] if number < len(tables) else 0
    end = tables[number + 1] if number + 1 < len(tables) else len(text)
    names = [part for part in path if isinstance(part, str)]
    found = re.compile(rf"^\s*{re.escape(names[-1])}\s*=", re.MULTILINE).search(text, start, end)
    return text.count("\n", 0, found.end() if found else start) + bool(found or start)
