"""The disk does not grow with every edit, and nobody else's model is touched."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bot.ops.settings import Settings
from bot.service.old_models import LEFT_OVER_SECONDS, NOTE, remove_old_models
from classifier.serving.artifact import model_folder, training_folder

if TYPE_CHECKING:
    from pathlib import Path


def settings(data: Path, base: str = "kb") -> Settings:
    return Settings(_env_file=None, data_dir=data, kb_dir=data / base)  # type: ignore[call-arg]


def train(data: Path, *names: str) -> None:
    for name in names:
        folder = model_folder(data, name)
        for each in (folder, training_folder(folder)):
            each.mkdir(parents=True, exist_ok=True)
            (each / "file").touch()


def left(data: Path) -> list[str]:
    models, kept = (sorted(each.name for each in (data / name).iterdir() if each.is_dir())
                    for name in ("models", "training"))  # fmt: skip
    assert models == kept
    return models


def test_the_served_model_and_the_last_one_stay(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d", "c"):
        train(tmp_path, name)
        remove_old_models(settings(tmp_path), name)
    assert left(tmp_path) == ["c", "d"]


def test_models_of_another_base_and_those_never_served_stay(tmp_path: Path) -> None:
    train(tmp_path, "never", "theirs")
    remove_old_models(settings(tmp_path, "other"), "theirs")
    for name in ("theirs", "b", "c", "d"):
        train(tmp_path, name)
        remove_old_models(settings(tmp_path), name)
    assert left(tmp_path) == ["c", "d", "never", "theirs"]


def test_a_note_that_cannot_be_read_removes_nothing(tmp_path: Path) -> None:
    train(tmp_path, "a", "b")
    (tmp_path / "models" / NOTE).write_text("{")
    remove_old_models(settings(tmp_path), "b")
    assert left(tmp_path) == ["a", "b"]


def test_what_a_killed_training_left_goes_once_it_is_old(tmp_path: Path) -> None:
    train(tmp_path, "a", ".training-old", ".training-new")
    for folder in ("models", "training"):
        path = tmp_path / folder / ".training-old"
        at = path.stat().st_mtime - LEFT_OVER_SECONDS - 1
        os.utime(path, (at, at))
    remove_old_models(settings(tmp_path), "a")
    assert left(tmp_path) == [".training-new", "a"]


def test_models_that_are_lent_are_not_removed(tmp_path: Path) -> None:
    train(tmp_path / "theirs", "a", "b", "c")
    (tmp_path / "models").symlink_to(tmp_path / "theirs" / "models")
    for name in ("a", "b", "c"):
        remove_old_models(settings(tmp_path), name)
    assert left(tmp_path / "theirs") == ["a", "b", "c"]
