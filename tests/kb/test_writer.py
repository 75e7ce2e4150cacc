from __future__ import annotations

from pathlib import Path

import pytest

from kb import frontmatter
from kb.entries import MANNERS, FaqEntry, Question
from kb.loader import load
from kb.problems import ContentError
from kb.writer import (
    add_items,
    add_questions,
    add_questions_to,
    create_entry,
    entry_text,
    name_clash,
)
from tests.fakes.content import write_entry

SHIPPED = Path(__file__).parent.parent.parent / "kb" / "content"
FILES = sorted(SHIPPED.rglob("*.md"))
ASKED = 'Et « ceci » : "cela" # où ?'
MANNERED = """\
---
title: "Où ?" # la question
# avant les questions
questions:
  keywords:
  - 'un'   # premier
  - deux

  # entre deux
  hurried: ["trois", quatre,]
status: published # servi
---
Ici.

---
Là.
"""


def questions_in(text: str) -> object:
    return frontmatter.parse("x", text).data["questions"]


def without(text: str, line: str) -> str:
    return "".join(found for found in text.splitlines(keepends=True) if line not in found)


def test_every_shipped_file_keeps_its_other_bytes() -> None:
    for number, file in enumerate(FILES):
        text = file.read_bytes().decode()
        manner = MANNERS[number % len(MANNERS)]
        written = add_questions(text, manner, [ASKED])
        start = next(n for n, (a, b) in enumerate(zip(text, written, strict=False)) if a != b)
        added = len(written) - len(text)
        assert added > len(ASKED), file
        assert written[:start] + written[start + added :] == text, file
        assert ASKED in str(questions_in(written)), file


def test_a_shipped_entry_takes_a_former_name() -> None:
    for file in FILES[::20]:
        written = add_items(file.read_bytes().decode(), ("formerly",), ["ancien-nom"])
        assert frontmatter.parse("x", written).data["formerly"] == ["ancien-nom"]
        assert without(without(written, "formerly:"), '- "ancien-nom"') == file.read_text("utf-8")


def test_comments_quotes_and_blank_lines_stay() -> None:
    written = add_questions(MANNERED, "keywords", ["neuf", "dix"])
    assert '  - deux\n  - "neuf"\n  - "dix"\n\n  # entre deux\n' in written
    assert without(written, '  - "neuf"').replace('  - "dix"\n', "") == MANNERED


def test_a_list_between_brackets_stays_one() -> None:
    written = add_questions(MANNERED, "hurried", ["cinq"])
    assert '["trois", quatre, "cinq",]' in written


def test_a_manner_that_is_missing_is_added_below_the_others() -> None:
    written = add_questions(MANNERED, "english", ["Where?"])
    assert written.replace('  english:\n    - "Where?"\n', "") == MANNERED
    assert list(questions_in(written)) == ["keywords", "hurried", "english"]  # type: ignore[call-overload]


def test_a_plain_list_takes_questions_of_any_manner() -> None:
    text = "---\ntitle: T\nquestions: []\n---\nA.\n"
    assert questions_in(add_questions(text, "formal", ["Un ?", "Deux ?"])) == ["Un ?", "Deux ?"]


def test_a_mapping_between_braces_takes_a_manner() -> None:
    text = '---\ntitle: T\nquestions: {keywords: ["a"]}\n---\nA.\n'
    assert questions_in(add_questions(text, "long", ["b"])) == {"keywords": ["a"], "long": ["b"]}


def test_a_byte_order_mark_and_windows_line_ends_stay() -> None:
    text = "\ufeff" + MANNERED.replace("\n", "\r\n")
    written = add_questions(text, "keywords", ["neuf"])
    assert '  - deux\r\n  - "neuf"\r\n\r\n' in written
    assert written.replace('  - "neuf"\r\n', "") == text


def test_what_is_no_list_is_left_alone() -> None:
    with pytest.raises(ContentError, match="pas une liste"):
        add_items("---\ntitle: T\nquestions: un texte\n---\nA.\n", ("questions",), ["b"])


def test_a_file_is_changed_in_place(folder: Path) -> None:
    file = write_entry(folder, "velo", questions={"keywords": ["a"]})
    before, mode = file.read_text("utf-8"), file.stat().st_mode
    add_questions_to(file, "keywords", ["b"])
    assert without(file.read_text("utf-8"), '"b"') == before
    assert file.stat().st_mode == mode
    assert [found.name for found in file.parent.iterdir()] == ["velo.md"]


def test_an_entry_is_read_as_it_was_written(folder: Path) -> None:
    entry = FaqEntry(
        id="nouvelle",
        title='Le « titre » : "entre guillemets" ?',
        sources=("V01", "12"),
        answer="Une ligne.\n- deux",
        desk="atelier",
        themes={"produit": ("Vélo",), "couloir": ("a", "b")},
        questions=(Question("où ?", "keywords"), Question("# quand", "long")),
        status="draft",
        url=("https://velo.example/a",),
        dated="2025-03",
        wave="both",
        origin="éditeur",
        formerly=("vieille",),
    )
    create_entry(folder, "divers", entry)
    assert load(folder).entries["nouvelle"] == entry


def test_an_existing_file_is_never_written_over(folder: Path) -> None:
    entry = FaqEntry("nouvelle", "T", (), "A.", status="draft")
    file = create_entry(folder, "divers", entry)
    file.write_text("autre", "utf-8")
    with pytest.raises(FileExistsError):
        create_entry(folder, "divers", entry)
    assert file.read_text("utf-8") == "autre"


def test_a_question_on_several_lines_becomes_one() -> None:
    entry = FaqEntry("a", "Un\ntitre\u2028coupé", (), "A.")
    assert 'title: "Un titre coupé"' in entry_text(entry)


def test_a_name_that_is_or_was_taken_is_told(folder: Path) -> None:
    write_entry(folder, "velo", formerly=["bicyclette"])
    base = load(folder)
    assert "une fiche" in name_clash(base, "velo")
    assert "ancien nom de la fiche « velo »" in name_clash(base, "bicyclette")
    assert "un guichet" in name_clash(base, "atelier")
    assert "famille" in name_clash(base, "meteo")
    assert name_clash(base, "libre") == ""
