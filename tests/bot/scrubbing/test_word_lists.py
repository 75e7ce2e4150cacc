"""The lists that an editor may extend: what they hold, and what a bad one says."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from bot.scrubbing import word_lists
from bot.scrubbing.scrub import scrub
from bot.scrubbing.word_lists import (
    FOLDER,
    Cues,
    NameWords,
    WordListError,
    check_word_lists,
    read_toml,
    read_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CUE = '[[cue]]\nlabel = "NIR"\nlengths = [13]\nwords = ["NIR"]\n'


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the lists, read in the place of those that are shipped."""
    copied = tmp_path / "lists"
    shutil.copytree(FOLDER, copied)
    monkeypatch.setattr(word_lists, "FOLDER", copied)
    forget()
    yield copied
    monkeypatch.undo()
    forget()


def forget() -> None:
    for cached in ("first_names", "not_names", "places", "names_like_verbs", "cues", "name_words"):
        getattr(word_lists, cached).cache_clear()


def test_every_shipped_list_can_be_read_and_is_used() -> None:
    check_word_lists()
    names = {path.stem for path in FOLDER.iterdir()}
    assert names == {"first_names", "not_names", "places", "names_like_verbs", "cues", "names"}


def test_the_lists_are_where_the_wheel_takes_them_from() -> None:
    # Hatch leaves out what git ignores, and `data/` is.
    assert FOLDER.parent.name == "scrubbing"
    assert FOLDER.name not in {"data", "dist"}


def test_an_editor_may_add_a_first_name(lists: Path) -> None:
    text = "Contact : Zébulon Durand"
    assert scrub(text) == text
    file = lists / "first_names.txt"
    file.write_text(file.read_text("utf-8") + "\nzébulon  # demandé par le guichet\n", "utf-8")
    forget()
    assert scrub(text) == "Contact : [nom]"


def test_words_are_parted_by_any_space_and_comments_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# prénoms\n\nanne  jean-luc\n\tn'guyen # un autre\n", "utf-8")
    assert read_words(path) == {"anne", "jean-luc", "n'guyen"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"anne\nPaul\n", r"words\.txt:2: 'Paul'"),
        (b"anne, paul", r"words\.txt:1: 'anne,'"),
        (b"anne p4ul", r"words\.txt:1: 'p4ul'"),
        (b"# rien\n", "holds no word"),
        (b"ren\xe9", r"cannot read .*words\.txt: byte 4 is not UTF-8; restore it, in UTF-8$"),
    ],
)
def test_a_bad_list_of_words_is_told_with_its_place(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(content)
    with pytest.raises(WordListError, match=said):
        read_words(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[cue]", "is no TOML"),
        ("", "cue: "),
        (CUE.replace("lengths = [13]\n", ""), "cue.0.lengths: "),
        (CUE.replace('"NIR"]', '"NI(R"]'), r"'NI\(R' is no regular expression"),
        (CUE.replace('"NIR"]', '"N*"]'), "fits everywhere"),
        (CUE.replace('"NIR"]', '"(NIR)"]'), "has a group"),
        (CUE.replace('["NIR"]', "[]"), "cue.0.words"),
        (CUE + "mots = []\n", "cue.0.mots"),
    ],
)
def test_a_bad_table_of_cues_is_told_with_its_place(
    tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "cues.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(WordListError, match=said):
        read_toml(path, Cues)


def test_a_missing_list_is_told_before_anything_is_masked(lists: Path) -> None:
    (lists / "names.toml").unlink()
    with pytest.raises(WordListError, match=r"cannot read .*names\.toml: no such file.*; restore"):
        check_word_lists()


def test_what_cannot_be_read_is_told_in_words_and_once(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.txt"):
        with pytest.raises(WordListError) as error:
            read_words(path)
        assert "Errno" not in str(error.value)
        assert str(error.value).count(str(path)) == 1


def test_the_words_around_names_need_every_list(tmp_path: Path) -> None:
    path = tmp_path / "names.toml"
    path.write_text('fields = ["Nom"]\n', "utf-8")
    with pytest.raises(WordListError, match="not_after_title"):
        read_toml(path, NameWords)
