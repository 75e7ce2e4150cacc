"""Save, verify and load a model: JSON and arrays for serving, the pipeline with joblib.

Nothing is unpickled on the way to serving, and no file is used before its hash is checked.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.calibration import Calibration
from classifier.compiled import CompiledModel
from classifier.ranker import Ranker
from classifier.triage import Policy, Triage
from kb.entries import KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.training import TriageModel

FORMAT = 1
MANIFEST = "manifest.json"
ARRAYS = "arrays.npz"
SERVED = ("model.json", ARRAYS, "knowledge.json")
PIPELINE = "pipeline.joblib"


class ArtifactError(Exception):
    """A model folder cannot be used; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Served:
    """What serving needs: the triage and the texts it points to."""

    triage: Triage
    base: KnowledgeBase
    manifest: Mapping[str, Any]


def model_folder(data_dir: Path, content: str) -> Path:
    """Where the model of a knowledge base lies: one folder a content fingerprint."""
    return data_dir / "models" / content


def save(model: TriageModel, base: KnowledgeBase, folder: Path, figures: Mapping[str, Any]) -> str:
    """Write a model folder, all of it or nothing, and return the model's fingerprint.

    Raises:
        ArtifactError: the folder cannot be written.
    """
    import joblib  # noqa: PLC0415 - training only

    vocabulary = {
        **model.compiled.vocabulary(),
        "calibration": model.calibration.to_dict(),
        "policy": model.policy.to_dict(),
    }
    pickled = io.BytesIO()
    joblib.dump(model.pipeline, pickled, compress=3)
    files = {
        "model.json": _json(vocabulary),
        ARRAYS: _npz(model.compiled.arrays()),
        "knowledge.json": _json(base.to_dict()),
        PIPELINE: pickled.getvalue(),
    }
    manifest = {
        "format": FORMAT,
        "content": model.content,
        "seed": model.seed,
        "fingerprint": _fingerprint(files),
        "figures": figures,
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    try:
        sealed = {**manifest, "self": _self_hash(manifest)}
        _replace(folder, {**files, MANIFEST: _json(sealed)})
    except OSError as error:
        raise ArtifactError(
            f"cannot write the model to {folder}: {error.strerror}; check DATA_DIR"
        ) from None
    return str(manifest["fingerprint"])


def load(folder: Path, content: str) -> Served:
    """The model of the knowledge base ``content``, verified, ready to decide.

    Raises:
        ArtifactError: missing, damaged, of another format or of another knowledge base.
    """
    manifest = read_manifest(folder)
    if manifest.get("format") != FORMAT:
        raise ArtifactError(
            f"the model in {folder} has format {manifest.get('format')}, this program reads "
            f"{FORMAT}; train it again"
        )
    if manifest.get("content") != content:
        raise ArtifactError(f"the model in {folder} is of another knowledge base; train it again")
    _check(folder, ARRAYS, manifest)
    data = {name: _verified(folder, name, manifest) for name in SERVED if name != ARRAYS}
    try:
        return _assemble(folder, data, manifest)
    except (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile) as error:
        raise ArtifactError(
            f"the model in {folder} does not hold what it should ({error}); train it again"
        ) from None


def load_pipeline(folder: Path) -> Any:  # noqa: ANN401 - a scikit-learn pipeline, not imported here
    """The fitted scikit-learn pipeline, its hash checked before it is unpickled.

    Raises:
        ArtifactError: missing or damaged.
    """
    import joblib  # noqa: PLC0415 - training only

    return joblib.load(io.BytesIO(_verified(folder, PIPELINE, read_manifest(folder))))


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a model folder.

    Raises:
        ArtifactError: missing or not a manifest.
    """
    try:
        manifest: dict[str, Any] = dict(json.loads((folder / MANIFEST).read_bytes()))
        manifest["sha256"] = dict(manifest["sha256"])
    except FileNotFoundError:
        raise ArtifactError(f"there is no model in {folder}") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise ArtifactError(f"the manifest in {folder} is damaged") from None
    if manifest.get("self") != _self_hash(manifest):
        raise ArtifactError(f"the manifest in {folder} is damaged")
    return manifest


def _verified(folder: Path, name: str, manifest: Mapping[str, Any]) -> bytes:
    _check(folder, name, manifest)
    return (folder / name).read_bytes()


def _check(folder: Path, name: str, manifest: Mapping[str, Any]) -> None:
    # The arrays are hashed in pieces: two copies in memory would double what serving needs.
    try:
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise ArtifactError(f"{name} is missing in {folder}; train the model again") from None
    if found != manifest["sha256"].get(name):
        raise ArtifactError(f"{name} in {folder} is damaged; train the model again")


def _assemble(folder: Path, data: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Served:
    vocabulary = json.loads(data["model.json"])
    with np.load(folder / ARRAYS, allow_pickle=False) as packed:
        compiled = CompiledModel.from_parts(vocabulary, {name: packed[name] for name in packed})
    triage = Triage(
        Ranker(compiled),
        Calibration.from_dict(vocabulary["calibration"]),
        Policy.from_dict(vocabulary["policy"]),
        str(manifest["fingerprint"]),
    )
    return Served(triage, KnowledgeBase.from_dict(json.loads(data["knowledge.json"])), manifest)


def _fingerprint(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in SERVED:
        digest.update(hashlib.sha256(files[name]).digest())
    return digest.hexdigest()[:16]


def _self_hash(manifest: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in manifest.items() if key != "self"}
    return hashlib.sha256(_json(rest)).hexdigest()


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _npz(arrays: Mapping[str, Any]) -> bytes:
    # zipfile by hand: numpy.savez stamps the time, and the same model must be the same bytes.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue())
    return packed.getvalue()


def _replace(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".training-", dir=folder.parent))
    try:
        for name, data in files.items():
            with (fresh / name).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
