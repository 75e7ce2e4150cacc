from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from kb.files import content_files, fingerprint, locate_problems
from kb.loader import load
from kb.problems import ContentError, Problem
from tests.fakes.content import ENTRIES, problems_of, write_entry, write_text

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = "---\ntitle: Et ceci ?\nsources: [V99]\n"


def one(folder: Path) -> Problem:
    (problem,) = problems_of(folder)
    return problem


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_bytes_that_are_not_utf8_are_named_by_line(folder: Path, newline: bytes) -> None:
    lines = [*ENTRY.encode().splitlines(), *[b"# x"] * 40, b"reason: \xe9t\xe9", b"---", b"Oui."]
    write_text(folder, "faq/a/e.md", newline.join(lines))
    assert (one(folder).line, "UTF-8" in one(folder).message) == (44, True)


def test_a_bom_and_crlf_are_read_as_if_absent(folder: Path) -> None:
    plain = load(folder)
    for path in [p for p in folder.rglob("*") if p.is_file()]:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load(folder) == plain
    assert fingerprint(folder) == plain.fingerprint


def test_a_file_of_five_megabytes_is_refused(folder: Path) -> None:
    write_entry(folder, "e", answer="a" * 5_000_000)
    assert (one(folder).file, "trop lourd" in one(folder).message) == ("faq/divers/e.md", True)


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    secret = write_text(tmp_path, "secret.md", f"{ENTRY}---\nOui.\n")
    (folder / "faq" / "e.md").symlink_to(secret)
    assert (one(folder).file, "hors du dossier" in one(folder).message) == ("faq/e.md", True)


def test_a_link_inside_the_folder_is_followed(folder: Path) -> None:
    (folder / "faq" / "e.md").symlink_to("velos/station-pleine.md")
    assert load(folder).entries["e"].answer == load(folder).entries["station-pleine"].answer


@pytest.mark.parametrize("target", ["e.md", "nowhere.md"])
def test_a_link_to_itself_or_to_nothing_is_refused(folder: Path, target: str) -> None:
    (folder / "faq" / "e.md").symlink_to(target)
    assert (one(folder).file, "illisible" in one(folder).message) == ("faq/e.md", True)
    with pytest.raises(ContentError):
        fingerprint(folder)


def test_a_folder_linked_into_itself_ends(folder: Path) -> None:
    plain = load(folder)
    (folder / "faq" / "again").symlink_to("..")
    assert load(folder) == plain


def test_the_fingerprint_is_the_same_in_another_place(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "elsewhere")
    assert fingerprint(tmp_path / "elsewhere") == fingerprint(folder) == load(folder).fingerprint
    assert re.fullmatch(r"[0-9a-f]{16}", fingerprint(folder))


def test_the_fingerprint_changes_with_one_character_or_one_name(folder: Path) -> None:
    seen = {fingerprint(folder)}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        path.write_bytes(path.read_bytes() + b" ")
        seen.add(fingerprint(folder))
    (folder / "outside/meteo.md").rename(folder / "outside/temps.md")
    seen.add(fingerprint(folder))
    assert len(seen) == 1 + len(ENTRIES) + 2 + 2 + 2 + 1


def test_what_is_not_content_does_not_change_the_fingerprint(folder: Path) -> None:
    before = fingerprint(folder)
    write_text(folder, "faq/.fiche.md.swp", b"\x00\xff")
    assert fingerprint(folder) == before


def test_a_folder_that_is_not_there_has_no_fingerprint(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="n’existe pas"):
        fingerprint(tmp_path / "nowhere")


def test_what_is_named_by_its_id_gets_the_file_that_an_editor_opens(folder: Path) -> None:
    found = locate_problems([Problem("meteo", 0, "", "a"), Problem("faq", 0, "", "b")], folder)
    assert [problem.file for problem in found] == ["outside/meteo.md", "faq"]


def test_a_folder_of_something_else_is_told_in_one_line_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_bytes(b"\xff not ours")
    (tmp_path / "pip.toml").write_text("[")
    with pytest.raises(ContentError) as refused:
        content_files(tmp_path)
    (only,) = refused.value.problems
    assert "il n’y a pas de dossier faq/" in only.message
    assert only.file == str(tmp_path)
    (tmp_path / "faq").mkdir()
    assert set(content_files(tmp_path)) == {"notes.md", "pip.toml"}
