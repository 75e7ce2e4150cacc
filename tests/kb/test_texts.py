from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

import kb.texts
from kb.learning import learning_fingerprint
from kb.loader import load
from kb.problems import ContentError
from kb.texts import KEPT, load_texts

if TYPE_CHECKING:
    from pathlib import Path


def forbid_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_folder: Path) -> None:
        raise AssertionError("the folder was parsed")

    monkeypatch.setattr(kb.texts, "_parse", refuse)


def change(folder: Path, words: str) -> None:
    with next(folder.rglob("faq/**/*.md")).open("a", encoding="utf-8") as entry:
        entry.write(f"\n{words}\n")


def test_the_texts_are_those_of_the_folder_without_questions(folder: Path, tmp_path: Path) -> None:
    base, texts = load(folder), load_texts(folder, tmp_path / "copies")
    assert texts.base.to_dict() == base.to_dict()
    assert texts.learning == learning_fingerprint(base)
    assert not any(entry.questions for entry in texts.base.entries.values())


def test_the_second_time_nothing_is_parsed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_texts(folder, tmp_path / "copies")
    forbid_parsing(monkeypatch)
    assert load_texts(folder, tmp_path / "copies") == first


def test_a_change_is_seen_at_once(folder: Path, tmp_path: Path) -> None:
    before = load_texts(folder, tmp_path / "copies")
    change(folder, "Une phrase de plus.")
    after = load_texts(folder, tmp_path / "copies")
    assert after.base.fingerprint != before.base.fingerprint
    assert after.learning == before.learning
    assert any("Une phrase de plus." in e.answer for e in after.base.entries.values())


@pytest.mark.parametrize("damage", [b"", b"{}", b"0\n{}", b"\xff" * 50])
def test_a_damaged_copy_is_made_again(folder: Path, tmp_path: Path, damage: bytes) -> None:
    copies = tmp_path / "copies"
    first = load_texts(folder, copies)
    (copy,) = copies.iterdir()
    whole = copy.read_bytes()
    copy.write_bytes(damage)
    assert load_texts(folder, copies) == first
    assert copy.read_bytes() == whole


def test_a_copy_of_another_form_is_made_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_texts(folder, tmp_path / "copies")
    monkeypatch.setattr(kb.texts, "FORMAT", 0)
    forbid_parsing(monkeypatch)
    with pytest.raises(AssertionError, match="was parsed"):
        load_texts(folder, tmp_path / "copies")


def test_where_no_copy_can_be_written_the_folder_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert load_texts(folder, tmp_path / "file").base.to_dict() == load(folder).to_dict()


def test_old_copies_go(folder: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    for n in range(KEPT + 3):
        change(folder, f"Phrase {n}.")
        load_texts(folder, copies)
        os.utime(next(iter(copies.iterdir())))
    assert len(list(copies.iterdir())) == KEPT


def test_a_copy_is_its_owners_alone(folder: Path, tmp_path: Path) -> None:
    load_texts(folder, tmp_path / "copies")
    (copy,) = (tmp_path / "copies").iterdir()
    assert copy.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_served_is_refused(folder: Path, tmp_path: Path) -> None:
    next(folder.rglob("faq/**/*.md")).write_text("---\ntitle: [\n---\n", "utf-8")
    with pytest.raises(ContentError):
        load_texts(folder, tmp_path / "copies")
