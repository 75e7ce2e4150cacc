"""Save, verify and load a model: JSON and arrays for serving, the pipeline with joblib.

Nothing is unpickled on the way to serving, and no file is used before its hash is checked.
"""

from __future__ import annotations

import hashlib
import io
import json
import mmap
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.calibration import Calibration
from classifier.compiled import CompiledModel
from classifier.packing import array_of, replace_folder, to_json, to_npy, to_npz
from classifier.ranker import Ranker
from classifier.triage import Policy, Triage
from kb.entries import KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.training import TriageModel

FORMAT = 3
MANIFEST = "manifest.json"
ARRAYS = "arrays.npz"
COEF = "coef.npy"
SERVED = ("model.json", ARRAYS, COEF, "knowledge.json")
PIPELINE = "pipeline.joblib"
OUTCOMES = "outcomes.json"


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


def save(
    model: TriageModel,
    base: KnowledgeBase,
    folder: Path,
    figures: Mapping[str, Any],
    outcomes: Mapping[str, bool] | None = None,
) -> str:
    """Write a model folder, all of it or nothing, and return the model's fingerprint.

    Args:
        model: what a training produced.
        base: the knowledge base it was trained on.
        folder: where it goes; an older model there is replaced.
        figures: kept in the manifest.
        outcomes: which questions ranked right out of fold, for the next release gate.

    Raises:
        ArtifactError: the folder cannot be written.
    """
    files = {**_files(model, base), OUTCOMES: to_json(outcomes or {})}
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
        replace_folder(folder, {**files, MANIFEST: to_json(sealed)})
    except OSError as error:
        raise _unwritable(folder, error) from None
    return str(manifest["fingerprint"])


def _files(model: TriageModel, base: KnowledgeBase) -> dict[str, bytes]:
    import joblib  # noqa: PLC0415 - training only

    vocabulary = {
        **model.compiled.vocabulary(),
        "calibration": model.calibration.to_dict(),
        "policy": model.policy.to_dict(),
    }
    arrays = model.compiled.arrays()
    coef = arrays.pop("coef")
    pickled = io.BytesIO()
    joblib.dump(model.pipeline, pickled, compress=3)
    return {
        "model.json": to_json(vocabulary),
        ARRAYS: to_npz(arrays),
        COEF: to_npy(coef),
        "knowledge.json": to_json(base.to_dict()),
        PIPELINE: pickled.getvalue(),
    }


def check_writable(folder: Path) -> None:
    """Refuse before a training what ``save`` would refuse after it.

    Raises:
        ArtifactError: the folder cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        Path(tempfile.mkdtemp(prefix=".training-", dir=folder.parent)).rmdir()
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> ArtifactError:
    return ArtifactError(f"cannot write the model to {folder}: {error.strerror}; check DATA_DIR")


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
    data: dict[str, bytes | mmap.mmap] = {COEF: _verified_map(folder, COEF, manifest)}
    data |= {name: _verified(folder, name, manifest) for name in SERVED if name != COEF}
    try:
        return _assemble(data, manifest)
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


def load_outcomes(folder: Path) -> dict[str, bool]:
    """Which questions ranked right out of fold when this model was trained.

    Raises:
        ArtifactError: missing or damaged.
    """
    manifest = read_manifest(folder)
    if manifest.get("format") != FORMAT:
        raise ArtifactError(f"the model in {folder} has another format; train it again")
    found: dict[str, bool] = json.loads(_verified(folder, OUTCOMES, manifest))
    return found


def latest_folder(data_dir: Path) -> Path | None:
    """The model folder that was written last, whatever knowledge base it is of."""
    manifests = (data_dir / "models").glob(f"*/{MANIFEST}")
    kept = (path for path in manifests if not path.parent.name.startswith("."))
    newest = max(kept, key=lambda path: path.stat().st_mtime, default=None)
    return newest.parent if newest else None


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a model folder.

    Raises:
        ArtifactError: missing or not a manifest.
    """
    try:
        manifest: dict[str, Any] = dict(json.loads((folder / MANIFEST).read_bytes()))
        manifest["sha256"] = dict(manifest["sha256"])
    except (FileNotFoundError, NotADirectoryError):
        raise ArtifactError(f"there is no model in {folder}") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise ArtifactError(f"the manifest in {folder} is damaged") from None
    if manifest.get("self") != _self_hash(manifest):
        raise ArtifactError(f"the manifest in {folder} is damaged")
    return manifest


def _verified(folder: Path, name: str, manifest: Mapping[str, Any]) -> bytes:
    try:
        data = (folder / name).read_bytes()
    except OSError:
        raise _missing(folder, name) from None
    if hashlib.sha256(data).hexdigest() != manifest["sha256"].get(name):
        raise _damaged(folder, name)
    return data


def _verified_map(folder: Path, name: str, manifest: Mapping[str, Any]) -> mmap.mmap:
    # Mapped, not read: a message touches a few hundred rows, the rest need not be in memory.
    # It is the very file that was hashed, even if another training replaces the folder.
    try:
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != manifest["sha256"].get(name):
                raise _damaged(folder, name)
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        raise _missing(folder, name) from None


def _missing(folder: Path, name: str) -> ArtifactError:
    return ArtifactError(f"{name} is missing in {folder}; train the model again")


def _damaged(folder: Path, name: str) -> ArtifactError:
    return ArtifactError(f"{name} in {folder} is damaged; train the model again")


def _assemble(data: Mapping[str, bytes | mmap.mmap], manifest: Mapping[str, Any]) -> Served:
    vocabulary = json.loads(bytes(data["model.json"]))
    with np.load(io.BytesIO(data[ARRAYS]), allow_pickle=False) as packed:
        arrays = {name: packed[name] for name in packed}
    compiled = CompiledModel.from_parts(vocabulary, {**arrays, "coef": array_of(data[COEF])})
    triage = Triage(
        Ranker(compiled),
        Calibration.from_dict(vocabulary["calibration"]),
        Policy.from_dict(vocabulary["policy"]),
        str(manifest["fingerprint"]),
    )
    base = KnowledgeBase.from_dict(json.loads(bytes(data["knowledge.json"])))
    return Served(triage, base, manifest)


def _fingerprint(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in SERVED:
        digest.update(hashlib.sha256(files[name]).digest())
    return digest.hexdigest()[:16]


def _self_hash(manifest: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in manifest.items() if key != "self"}
    return hashlib.sha256(to_json(rest)).hexdigest()
