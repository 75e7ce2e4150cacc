from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from bot.store import StoreError
from bot.store.pseudonym import Pseudonym, load_key

if TYPE_CHECKING:
    from pathlib import Path


def test_pseudonyms_depend_on_the_key_the_channel_and_the_chat() -> None:
    name = Pseudonym(b"key").of("telegram", "42")
    others = {
        Pseudonym(b"other").of("telegram", "42"),
        Pseudonym(b"key").of("web", "42"),
        Pseudonym(b"key").of("telegram", "43"),
    }
    assert name == Pseudonym(b"key").of("telegram", "42")
    assert len(name) == 16
    assert name not in others
    assert len(others) == 3


def test_the_key_is_made_once_in_a_private_file(tmp_path: Path) -> None:
    key = load_key(tmp_path / "data", None)
    (file,) = (tmp_path / "data").iterdir()
    assert load_key(tmp_path / "data", None) == key
    assert len(key) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_configured_key_wins_and_writes_nothing(tmp_path: Path) -> None:
    assert load_key(tmp_path, "réglé") == "réglé".encode()
    assert list(tmp_path.iterdir()) == []


def test_those_who_make_the_key_together_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(20) as pool:
        keys = set(pool.map(load_key, [tmp_path] * 20, [None] * 20))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["pseudonym.key"]


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff" * 64, b"g" * 64])
def test_a_file_that_is_no_key_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "pseudonym.key"
    file.write_bytes(content)
    with pytest.raises(StoreError, match="not a key"):
        load_key(tmp_path, None)
    assert file.read_bytes() == content


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="PSEUDONYM_KEY"):
        load_key(tmp_path / "file" / "data", None)
