from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.loader import load
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("| a | b |", "un tableau"),
        ("--- | ---", "un tableau"),
        ("> On m’a dit oui.", "une citation"),
        ("Un _mot_ penché.", "du gras ou de l’italique"),
        ("Un ~~mot~~ barré, un \\*.", "du gras ou de l’italique"),
        ("![image](photo.png)", "un lien Markdown"),
        ("Voir [la page][1].", "un lien Markdown"),
        ("[1]: https://a.example", "un lien Markdown"),
        ("Voir <https://a.example>.", "une adresse entre"),
        ("* un\n* deux", "une liste"),
        ("- [ ] à faire", "une liste"),
        ("* * *", "un trait"),
        ("Un mot\u200b, un autre.", "un signe invisible est resté (<U+200B>)"),
        ("Un césure\u00ad.", "un signe invisible est resté (<U+00AD>)"),
    ],
)
def test_more_that_no_channel_renders(folder: Path, text: str, said: str) -> None:
    found = marks(folder, f"Oui.\n\n{text}")
    assert {blocking for _, blocking, _ in found} == {False}
    assert any(message.startswith(said) for _, _, message in found), found


@pytest.mark.parametrize("text", ["&nbsp;", "&eacute;", "&#8217;", "&Agrave;", "&times;"])
def test_any_entity_is_named(folder: Path, text: str) -> None:
    ((_, blocking, message),) = marks(folder, f"Oui {text} non.")
    assert (blocking, message.startswith("une entité")) == (True, True)


def test_a_comment_is_named_and_not_served(folder: Path) -> None:
    text = "Avant <!-- relu par Léa --> après.\n\n<!-- à\nvérifier -->\nFin."
    assert [line for line, _, _ in marks(folder, text)] == [6, 8, 9]
    assert load(folder).entries["e"].answer == "Avant après.\n\nFin."


@pytest.mark.parametrize("text", ["<!-- à écrire -->", "\u200b", "<!-- a -->\n\u2060\n"])
def test_a_body_of_nothing_that_can_be_seen_is_empty(folder: Path, text: str) -> None:
    write_entry(folder, "e", answer=text)
    (problem,) = problems_of(folder)
    assert "est vide" in problem.message


@pytest.mark.parametrize("text", ["<<<<<<< HEAD", ">>>>>>> autre", "||||||| base", "a\x00b"])
def test_what_nobody_may_be_shown_is_not_served(folder: Path, text: str) -> None:
    write_text(folder, "outside/e.md", f"---\ntitle: T\nquestions: [q]\n---\nNon.\n{text}\n")
    (problem,) = problems_of(folder)
    assert (problem.file, problem.line, problem.blocking) == ("outside/e.md", 6, True)


def test_a_merge_in_a_toml_file_is_named(folder: Path) -> None:
    write_text(folder, "lexicon.toml", '[[term]]\nshort = "A"\n<<<<<<< HEAD\n')
    (problem,) = problems_of(folder)
    assert (problem.line, "marque de fusion" in problem.message) == (3, True)


def test_words_behind_a_number_sign_are_named_where_words_are_meant(folder: Path) -> None:
    header = "title: L'erreur #12\nsources: [V99]  # une\ndesk: atelier # deux\nquestions:\n"
    text = f"---\n{header}  - erreur #3\n  - 'a' # oui\nstatus: published # trois\n---\nOui.\n"
    write_text(folder, "faq/a/e.md", text)
    found = find_markup(folder)
    assert [(f.line, f.key, f.blocking) for f in found] == [
        (2, "title", False),
        (6, "questions.0", False),
    ]
    assert "ce qui suit « # » n’est pas lu" in found[0].message


@pytest.mark.parametrize("title", ["“Et ceci ?”", "« Et ceci ? »", "‘Et ceci ?’"])
def test_quotation_marks_of_a_word_processor_are_named(folder: Path, title: str) -> None:
    ((line, blocking, message),) = marks(folder, "Oui.", title=title)
    assert (line, blocking, message.startswith("ces guillemets")) == (2, False, True)


def test_a_word_in_quotation_marks_is_left_alone(folder: Path) -> None:
    assert marks(folder, "Oui.", title="« Oui » ou « non », puis quoi ?") == []
