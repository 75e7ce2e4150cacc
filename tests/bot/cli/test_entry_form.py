from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from bot.cli.entry_form import EntryForm, FormError, NewEntry
from kb.entries import Question
from kb.lint import lint
from kb.loader import load
from kb.markup import find_markup
from kb.writer import create_entry
from tests.fakes.content import write_content, write_entry

if TYPE_CHECKING:
    from pathlib import Path

FULL = """\
Puis-je prêter mon vélo ?

Non.
- sauf à un mineur
.
atelier
V98, V99
velos
2026-05
https://velo.example/pret

Ville

Vélo
Prêt
prêter vélo
prêt vélo ami

"""
TITLE, NAME, ANSWER = "Puis-je prêter mon vélo ?\n", "\n", "Non.\n.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_content(tmp_path / "content")


def fill(folder: Path, typed: str, *, interactive: bool = False) -> tuple[NewEntry, str]:
    sink = io.StringIO()
    source = io.StringIO(typed)
    form = EntryForm(load(folder), ("velos",), source, sink, interactive, today="2026-11")
    return form.fill(), sink.getvalue()


def test_everything_that_is_typed_stands_in_the_entry(folder: Path) -> None:
    made, _ = fill(folder, FULL)
    entry = made.entry
    assert (entry.id, entry.status, made.theme) == ("puis-je-preter-mon-velo", "draft", "velos")
    assert entry.answer == "Non.\n- sauf à un mineur"
    assert (entry.desk, entry.sources, entry.origin) == ("atelier", ("V98", "V99"), "")
    assert (entry.dated, entry.url) == ("2026-05", ("https://velo.example/pret",))
    assert entry.themes == {"couloir": ("Ville",), "produit": ("Vélo",), "thematique": ("Prêt",)}
    assert [q.text for q in entry.questions] == ["prêter vélo", "prêt vélo ami"]
    assert {q.manner for q in entry.questions} == {"keywords"}


@pytest.mark.parametrize("typed", [FULL, TITLE + NAME + ANSWER])
def test_the_draft_is_in_order(folder: Path, typed: str) -> None:
    before = len(lint(load(folder)))
    made, _ = fill(folder, typed)
    create_entry(folder, made.theme, made.entry)
    base = load(folder)
    assert base.entries[made.entry.id] == made.entry
    assert made.entry.id not in base.published
    assert (len(lint(base)), find_markup(folder)) == (before, [])


def test_what_is_published_nowhere_says_who_wrote_it_and_when(folder: Path) -> None:
    entry = fill(folder, TITLE + NAME + ANSWER)[0].entry
    assert (entry.sources, entry.origin, entry.dated) == ((), "éditeur", "2026-11")
    entry = fill(folder, TITLE + NAME + ANSWER + "atelier\n\nguichet\n")[0].entry
    assert (entry.desk, entry.origin) == ("atelier", "guichet")


def test_each_manner_takes_its_own_questions(folder: Path) -> None:
    nothing = "\n" * 10
    typed = TITLE + NAME + ANSWER + "atelier\nV9\n" + nothing[:8] + "a\nb\n\n\nc\n"
    questions = fill(folder, typed)[0].entry.questions
    assert questions == (
        Question("a", "keywords"),
        Question("b", "keywords"),
        Question("c", "reworded"),
    )


def test_a_taken_or_former_name_is_refused(folder: Path) -> None:
    write_entry(folder, "pret", formerly=["preter"])
    for name in ("pret", "preter", "atelier", "meteo"):
        with pytest.raises(FormError, match=f"« {name} » est"):
            fill(folder, f"{TITLE}{name}\n{ANSWER}")


def test_somebody_who_is_there_is_asked_again(folder: Path) -> None:
    made, said = fill(folder, f"\n{TITLE}Prêt\nstation-pleine\npret\n{ANSWER}x\n", interactive=True)
    assert made.entry.id == "pret"
    assert "Il faut un texte" in said
    assert "minuscules sans accents" in said
    assert "déjà le nom d’une fiche" in said
    assert "Inconnu ; choisissez parmi : abonnements, atelier." in said


@pytest.mark.parametrize(
    ("typed", "missing"),
    [("", "Titre"), (TITLE, "Réponse"), (TITLE + NAME + ".\n", "Réponse"), (TITLE + "É\n", "Nom")],
)
def test_without_title_or_answer_nothing_is_made(folder: Path, typed: str, missing: str) -> None:
    with pytest.raises(FormError, match=f"Rien n’a été écrit. {missing}"):
        fill(folder, typed)
