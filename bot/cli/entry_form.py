"""``aiguilleur kb new``: asks an editor for what an entry needs, on two text streams, in French."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from bot.conversation.replies.dates import screen_zone
from bot.ops.errors import BotError
from kb.entries import MANNERS, FaqEntry, Question
from kb.naming import suggested_id
from kb.schema import is_month, is_page
from kb.wording import MANNER_NAMES
from kb.writer import name_clash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kb.entries import KnowledgeBase

FACETS = ("offre", "couloir", "dispositif", "produit", "thematique")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_BAD_NAME = "Un nom s’écrit en minuscules sans accents, avec des tirets : ouvrir-un-compte."
_EMPTY = "Il faut un texte ; écrivez-le."
_BAD_DATE = "Date mal formée ; écrivez une année (2025) ou un mois (2025-03)."
_BAD_PAGE = "Il faut l’adresse entière d’une page, avec https://."


class FormError(BotError):
    """The entry cannot be made; the message says why, in French."""

    def __init__(self, asked: str, why: str) -> None:
        super().__init__(f"Rien n’a été écrit. {asked} : {why}")


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What was asked for: the entry, and the folder below ``faq`` that it goes to."""

    entry: FaqEntry
    theme: str


@dataclass
class EntryForm:
    """Asks until each answer will do; an empty line leaves out what may be left out.

    Args:
        base: the knowledge base that the entry joins.
        themes: the folders that are there below ``faq``.
        source: the editor's answers; when it ends, the rest is left out.
        sink: where the questions go.
        interactive: whether somebody is there to mend an answer; else a bad one is the end.
    """

    base: KnowledgeBase
    themes: tuple[str, ...]
    source: TextIO
    sink: TextIO
    interactive: bool = True
    today: str = field(
        default_factory=lambda: f"{datetime.now(UTC).astimezone(screen_zone()):%Y-%m}"
    )

    def fill(self) -> NewEntry:
        """The entry, as a draft.

        Raises:
            FormError: there is no title or no answer, or nobody to mend a bad one.
        """
        title = self._line("Titre (la question, telle qu’on la poserait)", _filled)
        name = self._name(title)
        answer = self._answer()
        desk = self._desk()
        sources = self._sources()
        origin = "" if sources else self._origin(desk)
        theme = self._line("Dossier de rangement [divers]", _name_fault, self.themes)
        entry = FaqEntry(
            id=name,
            title=title,
            answer=answer,
            desk=desk or None,
            sources=sources,
            origin=origin,
            dated=self._dated(required=bool(origin)),
            url=self._pages(),
            themes=self._facets(),
            questions=tuple(self._questions()),
            status="draft",
        )
        return NewEntry(entry, theme or "divers")

    def _name(self, title: str) -> str:
        proposed = suggested_id(title)
        said = self._line(
            f"Nom de la fiche [{proposed}]", lambda text: self._bad_name(text or proposed)
        )
        return said or proposed

    def _bad_name(self, text: str) -> str:
        return name_clash(self.base, text) if _NAME.fullmatch(text) else _BAD_NAME

    def _answer(self) -> str:
        self._say("Réponse, sur autant de lignes qu’il faut ; terminez par une ligne « . »")
        lines: list[str] = []
        while True:
            line = self._read()
            if (line is None or line.strip() == ".") and any(lines):
                return "\n".join(lines).strip()
            if line is None or line.strip() == ".":
                self._ask_again("Réponse", _EMPTY, line)
                continue
            lines.append(line.rstrip())

    def _desk(self) -> str:
        known = tuple(self.base.desks)
        return self._line("Le guichet qui prend la suite (vide : tous)", _one_of(known), known)

    def _sources(self) -> tuple[str, ...]:
        asked = (
            "Sources : les numéros des réponses publiées, séparés par des virgules (vide : aucune)"
        )
        return tuple(part for part in re.split(r"[\s,;]+", self._line(asked)) if part)

    def _origin(self, desk: str) -> str:
        known = ("guichet", "éditeur") if desk else ("éditeur",)
        said = self._line("Publiée nulle part : qui l’a écrite ? [éditeur]", _one_of(known), known)
        return said or "éditeur"

    def _dated(self, *, required: bool) -> str:
        asked = (
            f"Date (2025 ou 2025-03) [{self.today}]"
            if required
            else "Date de publication (vide : inconnue)"
        )
        said = self._line(asked, lambda text: "" if not text or is_month(text) else _BAD_DATE)
        return said or (self.today if required else "")

    def _pages(self) -> tuple[str, ...]:
        asked = "Page où la réponse est publiée (vide : aucune)"
        said = self._line(asked, lambda text: "" if not text or is_page(text) else _BAD_PAGE)
        return (said,) if said else ()

    def _facets(self) -> dict[str, tuple[str, ...]]:
        found = {facet: self._line(f"Thème, {facet} (vide : aucun)") for facet in FACETS}
        return {facet: (said,) for facet, said in found.items() if said}

    def _questions(self) -> Iterator[Question]:
        self._say("Questions : une par ligne ; une ligne vide passe à la manière suivante.")
        for manner in MANNERS:
            self._say(f"{manner}, {MANNER_NAMES[manner]} :")
            while line := (self._read() or "").strip():
                yield Question(line, manner)

    def _line(
        self, asked: str, fault: Callable[[str], str] | None = None, known: tuple[str, ...] = ()
    ) -> str:
        """One line; ``fault`` says what is wrong with it, and it is asked again."""
        if known:
            self._say(f"  (connus : {', '.join(known)})")
        while True:
            self._say(f"{asked} :")
            line = self._read()
            said = (line or "").strip()
            wrong = fault(said) if fault else ""
            if not wrong:
                return said
            self._ask_again(asked, wrong, line)

    def _ask_again(self, asked: str, wrong: str, line: str | None) -> None:
        # The lines of a file were not written for a question that comes twice.
        if line is None or not self.interactive:
            raise FormError(asked, wrong)
        self._say(f"  {wrong}")

    def _read(self) -> str | None:
        self.sink.flush()
        line = self.source.readline()
        return line.removeprefix("\ufeff").rstrip("\r\n") if line else None

    def _say(self, text: str) -> None:
        self.sink.write(f"{text}\n")


def _filled(text: str) -> str:
    return "" if text else _EMPTY


def _one_of(known: tuple[str, ...]) -> Callable[[str], str]:
    choices = ", ".join(known)
    return lambda text: (
        "" if not text or text in known else f"Inconnu ; choisissez parmi : {choices}."
    )


def _name_fault(text: str) -> str:
    return "" if not text or _NAME.fullmatch(text) else _BAD_NAME
