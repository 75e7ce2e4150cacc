"""Write a model folder, all of it or nothing."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.errors import ArtifactError
from classifier.serving.artifact import (
    ARRAYS,
    COEF,
    FORMAT,
    MANIFEST,
    OUTCOMES,
    PIPELINE,
    SERVED,
    read_manifest,
    read_verified,
    self_hash,
)
from classifier.serving.packing import replace_folder, to_json, to_npy, to_npz

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase


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
        sealed = {**manifest, "self": self_hash(manifest)}
        replace_folder(folder, {**files, MANIFEST: to_json(sealed)})
    except OSError as error:
        raise _write_error(folder, error) from None
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
        raise _write_error(folder, error) from None


def _write_error(folder: Path, error: OSError) -> ArtifactError:
    return ArtifactError(f"cannot write the model to {folder}: {error.strerror}; check DATA_DIR")


def load_pipeline(folder: Path) -> Any:  # noqa: ANN401 - a scikit-learn pipeline, not imported here
    """The fitted scikit-learn pipeline, its hash checked before it is unpickled.

    Raises:
        ArtifactError: missing or damaged.
    """
    import joblib  # noqa: PLC0415 - training only

    return joblib.load(io.BytesIO(read_verified(folder, PIPELINE, read_manifest(folder))))


def load_outcomes(folder: Path) -> dict[str, bool]:
    """Which questions ranked right out of fold when this model was trained.

    Raises:
        ArtifactError: missing or damaged.
    """
    manifest = read_manifest(folder)
    if manifest.get("format") != FORMAT:
        raise ArtifactError(f"the model in {folder} has another format; train it again")
    found: dict[str, bool] = json.loads(read_verified(folder, OUTCOMES, manifest))
    return found


def _fingerprint(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in SERVED:
        digest.update(hashlib.sha256(files[name]).digest())
    return digest.hexdigest()[:16]
