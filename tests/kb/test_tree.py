from __future__ import annotations

import os
import shutil
import unicodedata
from typing import TYPE_CHECKING

import pytest

from kb.files import find_strays, fingerprint
from kb.loader import load
from kb.problems import ContentError
from tests.fakes.content import problems_of, write_entry, write_text

if TYPE_CHECKING:
    from pathlib import Path

    from kb.problems import Problem

NOT_UTF8 = os.fsdecode(b"fiche\xe8.md")


def one(problems: list[Problem]) -> Problem:
    (problem,) = problems
    return problem


def write_raw(folder: Path, name: str, text: str = "x") -> None:
    """A file by a name of any bytes."""
    (folder / "faq" / name).write_text(text)


def test_a_name_that_is_not_utf8_is_one_line_that_can_be_printed(folder: Path) -> None:
    write_raw(folder, NOT_UTF8)
    with pytest.raises(ContentError, match="renommez"):
        fingerprint(folder)
    problem = one(problems_of(folder))
    assert (problem.file, problem.blocking) == ("faq/fiche\\xe8.md", True)
    assert "renommez" in problem.message
    str(problem).encode("utf-8")


@pytest.mark.parametrize("name", ["a\nb.md", "a\u200bb.md", "a\u00a0b.md", "photo\x07.jpg"])
def test_a_sign_in_a_name_that_nobody_sees_is_shown_by_its_number(folder: Path, name: str) -> None:
    write_raw(folder, name)
    problem = one(problems_of(folder))
    assert "<U+" in problem.file
    assert "\n" not in str(problem)


@pytest.mark.parametrize(
    "path",
    [
        *("faq/velos/.#station-pleine.md", "faq/._station-pleine.md", ".obsidian/a.md"),
        *(".github/PULL.md", "faq/.trash/vieille.md", ".stversions/faq/x~1.md", ".lexicon.toml"),
        *("faq/velos/station-pleine.md~", "faq/velos/#station-pleine.md#"),
        "faq/.ipynb_checkpoints/vieille-checkpoint.md",
    ],
)
def test_what_editors_and_synchronisers_leave_is_neither_read_nor_told(
    folder: Path, path: str
) -> None:
    before = load(folder)
    write_text(folder, path, b"\x00\xff")
    assert load(folder) == before
    assert find_strays(folder) == []


def test_the_lock_of_an_editor_may_lead_nowhere(folder: Path) -> None:
    before = fingerprint(folder)
    (folder / "faq/velos/.#station-pleine.md").symlink_to("lea@poste.1234:1700000000")
    assert fingerprint(folder) == before


def test_a_volume_laid_out_with_links_is_read(folder: Path, tmp_path: Path) -> None:
    plain = load(folder)
    volume = tmp_path / "volume"
    (volume / "..2026_03_01").mkdir(parents=True)
    shutil.copytree(folder, volume / "..2026_03_01", dirs_exist_ok=True)
    (volume / "..data").symlink_to("..2026_03_01")
    for name in ("about.toml", "lexicon.toml", "faq", "desks", "outside"):
        (volume / name).symlink_to(f"..data/{name}")
    assert load(volume) == plain
    (tmp_path / "current").symlink_to(volume)
    assert load(tmp_path / "current") == plain


def test_a_linked_folder_is_followed_and_read_once(folder: Path) -> None:
    plain = load(folder)
    (folder / "faq/velos").rename(folder / ".velos")
    (folder / "faq/velos").symlink_to("../.velos")
    (folder / "faq/vieux").symlink_to("velos")
    assert load(folder).entries == plain.entries


def test_a_linked_folder_outside_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "ailleurs").mkdir()
    (folder / "faq/ailleurs").symlink_to(tmp_path / "ailleurs")
    problem = one(problems_of(folder))
    assert (problem.file, "hors du dossier" in problem.message) == ("faq/ailleurs", True)


@pytest.mark.parametrize(
    "name", ["fiche.MD", "fiche.md.txt", "fiche.markdown", "fiche.txt", "photo.jpg", "Lexicon.TOML"]
)
def test_a_file_that_is_not_served_is_named(folder: Path, name: str) -> None:
    before = load(folder)
    write_raw(folder, name)
    assert load(folder) == before
    problem = one(find_strays(folder))
    assert (problem.file, problem.blocking) == (f"faq/{name}", False)
    assert problem.message.startswith("fichier inattendu, il n’est pas servi")


def test_a_link_to_nothing_is_named_whatever_its_name(folder: Path) -> None:
    (folder / "faq/themes").symlink_to("nulle-part")
    assert one(find_strays(folder)).file == "faq/themes"


@pytest.mark.parametrize(
    "name",
    [
        *("Pièces à fournir (v2)", "fiche (copie en conflit de Léa)", "Commander une carte CPS"),
        *("Fiche", "été", "a--b", "a_b", "-a"),
    ],
)
def test_a_name_against_the_rule_is_served_and_to_be_looked_at(folder: Path, name: str) -> None:
    write_entry(folder, name)
    assert name in load(folder).entries
    problem = one(find_strays(folder))
    assert (problem.file, problem.blocking) == (f"faq/divers/{name}.md", False)
    assert "minuscules sans accents" in problem.message


def test_a_theme_folder_has_a_name_of_the_same_rule(folder: Path) -> None:
    write_entry(folder, "fiche", theme="Mes fiches")
    assert one(find_strays(folder)).file == "faq/Mes fiches"


def test_names_are_compared_as_they_look(folder: Path) -> None:
    apart, together = unicodedata.normalize("NFD", "société"), "société"
    (folder / "desks/atelier.md").rename(folder / f"desks/{apart}.md")
    for path in folder.rglob("*.md"):
        path.write_text(path.read_text().replace("desk: atelier", f"desk: {together}"))
    assert together in load(folder).desks
    before = fingerprint(folder)
    (folder / f"desks/{apart}.md").rename(folder / f"desks/{together}.md")
    assert fingerprint(folder) == before


def test_two_names_that_look_the_same_are_told(folder: Path) -> None:
    for form in ("NFC", "NFD"):
        write_entry(folder, unicodedata.normalize(form, "été"))
    assert "deux fichiers ont ce nom" in one(problems_of(folder)).message


def test_a_folder_that_is_none_is_told_so(tmp_path: Path) -> None:
    write_text(tmp_path, "lettre.md", "Chère Léa")
    problem = one(problems_of(tmp_path))
    assert (problem.file, "KB_DIR" in problem.message) == (str(tmp_path), True)
