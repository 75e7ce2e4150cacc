from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.markup import find_markup
from tests.fakes.content import problems_of, write_document, write_entry, write_text

if TYPE_CHECKING:
    from pathlib import Path


def marks(folder: Path, answer: str, **header: object) -> list[tuple[int, bool, str]]:
    write_entry(folder, "e", answer=answer, **header)
    return [(found.line, found.blocking, found.message) for found in find_markup(folder)]


def test_a_plain_folder_has_none(folder: Path) -> None:
    assert find_markup(folder) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Un **mot** fort.", "du gras"),
        ("Un *mot* penché.", "du gras ou de l’italique"),
        ("Un __mot__ fort.", "du gras"),
        ("Voir [la page](https://a.example).", "un lien Markdown"),
        ("Tapez `make`.", "du code"),
        ("## Titre", "un titre"),
        ("- un\n  - deux", "une sous-liste"),
    ],
)
def test_markdown_that_no_channel_renders_is_to_be_looked_at(
    folder: Path, text: str, said: str
) -> None:
    ((line, blocking, message),) = marks(folder, f"Oui.\n\n{text}")
    assert (line, blocking) == (8 + text.count("\n"), False)
    assert message.startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Oui. <!-- à revoir -->", "un commentaire HTML"),
        ("<<<<<<< HEAD", "une marque de fusion"),
        ("=======", "une marque de fusion"),
        (">>>>>>> autre", "une marque de fusion"),
        ("L&rsquo;aide", "une entité HTML"),
        ("https://a.example/?a=1&amp;b=2", "une entité HTML"),
        ("Un <br/> saut", "une balise HTML"),
        ("TODO : la date", "un texte provisoire"),
        ("Le {{ nom }}", "un texte provisoire"),
        ("Sous [à compléter] jours", "un texte provisoire"),
        ("Écrire à [...]", "un texte provisoire"),
        ("À compléter", "un texte provisoire"),
        ("Appelez le XXXX.", "un texte provisoire"),
    ],
)
def test_what_is_left_of_editing_is_an_error(folder: Path, text: str, said: str) -> None:
    ((line, blocking, message),) = marks(folder, f"Oui.\n\n{text}")
    assert (line, blocking) == (8, True)
    assert message.startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "Un dossier à compléter, puis 3 * 4 * 5 et R&D ; a < b > c.",
        "- un\n- deux\n1. trois",
        "Le profil [FR] (v2), system/*.read et user/*.write, _count=200, le jeton <jeton>.",
        "https://a.example/_x_/__y__/*z*?f[0]=a&b=2, a_b_@c.example",
        "N° #12, la vague 2...",
    ],
)
def test_signs_of_plain_prose_are_left_alone(folder: Path, text: str) -> None:
    assert marks(folder, text) == []


def test_titles_desks_families_and_the_lexicon_are_looked_at_too(folder: Path) -> None:
    write_entry(folder, "e", title="Et **ceci** ?")
    desk = {"name": "A", "email": "a@b.example", "takes": "Le `code`.", "questions": ["x"]}
    write_document(folder, "desks/atelier", desk, "Dites où.")
    write_document(folder, "outside/meteo", {"title": "M", "questions": ["**x**"]}, "<!-- -->")
    terms = '# **rien**\n[[term]]\nshort = "A"\ndefinition = "Un **mot**."\n'
    write_text(folder, "lexicon.toml", terms)
    assert [(found.file, found.line) for found in find_markup(folder)] == [
        ("desks/atelier.md", 4),
        ("faq/divers/e.md", 2),
        ("lexicon.toml", 4),
        ("outside/meteo.md", 6),
    ]


def test_a_merge_that_was_not_settled_is_named_in_the_front_matter_too(folder: Path) -> None:
    asked = "questions:\n  - un\n=======\n  - deux\n"
    text = f"---\ntitle: Et ?\nsources: [V99]\n<<<<<<< HEAD\n{asked}>>>>>>> autre\n---\nOui.\n"
    write_text(folder, "faq/a/e.md", text)
    (problem,) = problems_of(folder)
    assert (problem.file, problem.line) == ("faq/a/e.md", 4)
    assert "marque de fusion" in problem.message


def test_a_draft_may_hold_what_is_still_to_be_written(folder: Path) -> None:
    assert marks(folder, "À compléter. **Ici**", status="draft") == []
