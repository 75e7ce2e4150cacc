from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import random
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from classifier.errors import ArtifactError
from classifier.serving import artifact
from classifier.serving.artifact import (
    ARRAYS,
    FORMAT,
    MANIFEST,
    OUTCOMES,
    SERVED,
    load,
    model_folder,
    read_manifest,
    training_folder,
)
from classifier.training.saving import (
    PIPELINE,
    RANKINGS,
    Passport,
    load_pipeline,
    load_rankings,
    save,
)
from kb.learning import learning_fingerprint
from tests.classifier.conftest import bike_sharing

if TYPE_CHECKING:
    from collections.abc import Callable

    from classifier.serving.artifact import Served
    from classifier.serving.triage import Triage
    from classifier.training.examples import Examples
    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase

ROOT = Path(__file__).parents[3]
CONTENT = learning_fingerprint(bike_sharing())
FLIPS = 200
SERVE = """
import sys
from pathlib import Path
from classifier.serving.artifact import load
served = load(Path(sys.argv[1]), sys.argv[2])
served.triage.decide("mon pneu est crevé").to_dict(served.base)
print([name for name in ("sklearn", "joblib", "scipy") if name in sys.modules])
"""
HTML = b"<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n"


class Hostile:
    """Makes a folder as soon as it is unpickled."""

    def __init__(self, trap: Path) -> None:
        self.trap = trap

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.trap),)


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    shutil.copytree(saved.parents[1], tmp_path / "data")
    return model_folder(tmp_path / "data", saved.name)


def reseal(folder: Path, **changed: object) -> None:
    """Edit the manifest as somebody would who also mends its hash."""
    manifest = {**json.loads((folder / MANIFEST).read_bytes()), **changed}
    manifest["self"] = artifact.self_hash(manifest)
    (folder / MANIFEST).write_bytes(artifact.to_json(manifest))


def refused(folder: Path) -> str:
    with pytest.raises(ArtifactError) as caught:
        load(folder, CONTENT)
    return str(caught.value)


def test_a_saved_model_decides_as_before(
    served: Served, triage: Triage, found: Examples, base: KnowledgeBase
) -> None:
    for text in found.texts:
        before, after = triage.decide(text), served.triage.decide(text)
        assert (after.action, after.candidates) == (before.action, before.candidates)
    assert served.triage.policy == triage.policy
    assert served.base.to_dict() == base.to_dict()


def test_the_manifest_says_what_the_model_is(saved: Path, served: Served) -> None:
    manifest = read_manifest(saved)
    assert manifest["figures"] == {"faq_top1": 71.5}
    assert manifest["fingerprint"] == served.triage.fingerprint
    assert (manifest["content"], manifest["seed"], saved.name) == (CONTENT, 0, CONTENT)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    assert "there is no model" in refused(tmp_path / "nowhere")


@pytest.mark.parametrize("name", [*SERVED, MANIFEST])
@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: data + b"\n#",
        lambda _: HTML,
        lambda _: POINTER,
        lambda _: b"null",
        lambda _: b"[" * 100_000,
    ],
    ids=["empty", "half", "cut", "longer", "html", "lfs-pointer", "null", "nested"],
)
def test_a_damaged_file_is_refused(
    folder: Path, name: str, damage: Callable[[bytes], bytes]
) -> None:
    (folder / name).write_bytes(damage((folder / name).read_bytes()))
    assert "damaged" in refused(folder)


@pytest.mark.parametrize("name", [*SERVED, MANIFEST])
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert "no model" in (message := refused(folder)) or "missing" in message


@pytest.mark.parametrize("name", [*SERVED, MANIFEST])
def test_a_folder_in_the_place_of_a_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    refused(folder)


@pytest.mark.parametrize("name", [*SERVED, MANIFEST])
def test_one_flipped_bit_is_refused(folder: Path, name: str) -> None:
    whole, dice = (folder / name).read_bytes(), random.Random(name)
    for _ in range(FLIPS):
        flipped = bytearray(whole)
        flipped[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        (folder / name).write_bytes(flipped)
        assert "damaged" in refused(folder)


def test_one_flipped_bit_of_the_pipeline_is_refused(folder: Path) -> None:
    file, dice = training_folder(folder) / PIPELINE, random.Random(7)
    whole = file.read_bytes()
    for _ in range(FLIPS):
        flipped = bytearray(whole)
        flipped[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        file.write_bytes(flipped)
        with pytest.raises(ArtifactError, match="damaged"):
            load_pipeline(folder)


def test_an_edited_manifest_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["figures"]["faq_top1"] = 99.9
    (folder / MANIFEST).write_bytes(artifact.to_json(manifest))
    assert "manifest" in refused(folder)


@pytest.mark.parametrize("number", [FORMAT + 1, 0, None, "1"])
def test_another_format_is_refused_and_says_what_to_do(folder: Path, number: object) -> None:
    reseal(folder, format=number)
    message = refused(folder)
    assert f"format {number}, this program reads {FORMAT}" in message
    assert "train it again" in message


def test_a_model_of_other_content_is_refused(folder: Path) -> None:
    with pytest.raises(ArtifactError, match="another knowledge base; train it again"):
        load(folder, "00other0")


@pytest.mark.parametrize("name", SERVED)
def test_a_file_that_is_whole_but_holds_something_else_is_refused(folder: Path, name: str) -> None:
    packed = io.BytesIO()
    np.savez(packed, idf=np.zeros(3))
    other = packed.getvalue() if name == ARRAYS else b'{"words":[]}'
    replace_sealed(folder, name, other)
    assert "train it again" in refused(folder)


def replace_sealed(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    reseal(folder, sha256={**read_manifest(folder)["sha256"], name: digest})


def test_a_hostile_pipeline_is_refused_before_it_is_unpickled(folder: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trapped"
    file = training_folder(folder) / PIPELINE
    file.write_bytes(pickle.dumps(Hostile(trap)))
    with pytest.raises(ArtifactError, match="damaged"):
        load_pipeline(folder)
    load(folder, CONTENT)
    assert not trap.exists()
    pickle.loads(file.read_bytes())  # noqa: S301 - the trap does work
    assert trap.exists()


def test_hostile_arrays_are_never_unpickled(folder: Path, tmp_path: Path) -> None:
    trap, packed = tmp_path / "trapped", io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        inner = io.BytesIO()
        np.save(inner, np.array([Hostile(trap)], dtype=object), allow_pickle=True)
        archive.writestr("coef.npy", inner.getvalue())
    replace_sealed(folder, ARRAYS, packed.getvalue())
    refused(folder)
    assert not trap.exists()


def test_the_pipeline_comes_back_as_it_was(
    saved: Path, model: TriageModel, found: Examples
) -> None:
    margins = load_pipeline(saved).decision_function(found.texts)
    assert model.pipeline is not None
    assert (margins == model.pipeline.decision_function(found.texts)).all()


def test_the_rankings_come_back_as_they_were(saved: Path, model: TriageModel) -> None:
    found, held_out = load_rankings(saved), model.held_out
    assert (found.rows == held_out.rows).all()
    assert (found.known == held_out.known).all()
    for one, other in zip(found.rankings, held_out.rankings, strict=True):
        assert (one.scores == other.scores).all()
        assert one[1:] == other[1:]


def test_damaged_rankings_are_refused(folder: Path) -> None:
    file = training_folder(folder) / RANKINGS
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ArtifactError, match="damaged"):
        load_rankings(folder)


def test_what_is_served_needs_nothing_that_training_kept(folder: Path) -> None:
    shutil.rmtree(training_folder(folder))
    assert load(folder, CONTENT).triage.decide("mon pneu est crevé").candidates


def test_the_texts_of_today_are_served_when_given(folder: Path, base: KnowledgeBase) -> None:
    (folder / "knowledge.json").unlink()
    about = replace(base.about, name="Autre nom")
    assert load(folder, CONTENT, replace(base, about=about)).base.about.name == "Autre nom"


def test_saving_replaces_the_old_folder_whole(
    model: TriageModel, base: KnowledgeBase, folder: Path
) -> None:
    (folder / "left-over").write_text("x")
    save(model, base, folder, Passport({"faq_top1": 2.0}))
    assert {path.name for path in folder.iterdir()} == {*SERVED, OUTCOMES, MANIFEST}
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert load(folder, CONTENT).manifest["figures"] == {"faq_top1": 2.0}


def test_a_failed_save_leaves_the_old_model_and_no_temporary_folder(
    model: TriageModel, base: KnowledgeBase, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArtifactError, match="No space left on device; check DATA_DIR"):
        save(model, base, folder, Passport({"faq_top1": 2.0}))
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert load(folder, CONTENT).manifest["figures"] == {"faq_top1": 71.5}


def test_a_place_that_cannot_be_a_folder_is_said(
    model: TriageModel, base: KnowledgeBase, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArtifactError, match="DATA_DIR"):
        save(model, base, tmp_path / "file" / "models" / "model", Passport())


def test_serving_imports_no_training_library(saved: Path) -> None:
    command = [sys.executable, "-c", SERVE, str(saved), CONTENT]
    place = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=place, check=True, capture_output=True, text=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
