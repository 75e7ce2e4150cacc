"""Write a model folder, all of it or nothing, and beside it what training needs again."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.errors import ArtifactError
from classifier.serving import artifact
from classifier.serving.artifact import read_model_manifest, training_folder
from classifier.serving.packing import replace_folder, to_json, to_npy, to_npz
from classifier.training.rankings import OutOfFold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.training.train import TriageModel
    from kb.entries import KnowledgeBase

PIPELINE = "pipeline.joblib"
RANKINGS = "rankings.npz"


@dataclass(frozen=True, slots=True)
class Passport:
    """What a model folder says about its model.

    Attributes:
        figures: how good it is, for people.
        certified_for: what its certificates rest on; see ``classifier.serving.terms``.
        outcomes: which questions ranked right out of fold, for the next release gate.
    """

    figures: Mapping[str, Any] = field(default_factory=dict)
    certified_for: Mapping[str, Any] = field(default_factory=dict)
    outcomes: Mapping[str, bool] = field(default_factory=dict)


def save(model: TriageModel, base: KnowledgeBase, folder: Path, passport: Passport) -> str:
    """Write a model folder, all of it or nothing, and return the model's fingerprint.

    Args:
        model: what a training produced; one that was only certified anew has no pipeline, and
            what its training kept stays as it is.
        base: the knowledge base it was trained on.
        folder: where it goes; an older model there is replaced.
        passport: what to write down about it.

    Raises:
        ArtifactError: the folder cannot be written.
    """
    files = _files(model, base)
    try:
        manifest = {
            "format": artifact.FORMAT,
            "content": model.content,
            "seed": model.seed,
            "fingerprint": _fingerprint(files),
            "figures": passport.figures,
            "certified_for": passport.certified_for,
            "training": _save_training(model, folder),
        }
        files[artifact.OUTCOMES] = to_json(passport.outcomes)
        manifest["sha256"] = _hashes(files)
        sealed = {**manifest, "self": artifact.self_hash(manifest)}
        replace_folder(folder, {**files, artifact.MANIFEST: to_json(sealed)})
    except OSError as error:
        raise _write_error(folder, error) from None
    return str(manifest["fingerprint"])


def _files(model: TriageModel, base: KnowledgeBase) -> dict[str, bytes]:
    arrays = model.compiled.arrays()
    mapped = {f"{name}.npy": to_npy(arrays.pop(name)) for name in artifact.MAPPED}
    learnt = {"calibration": model.calibration.to_dict(), "policy": model.policy.to_dict()}
    return {
        artifact.VOCABULARY: to_json(model.compiled.vocabulary()),
        artifact.CALIBRATION: to_json(learnt),
        artifact.ARRAYS: to_npz(arrays),
        **mapped,
        artifact.KNOWLEDGE: to_json(base.to_dict()),
    }


def _save_training(model: TriageModel, folder: Path) -> dict[str, str]:
    """Keep pipeline and rankings for another day; their hashes."""
    import joblib  # noqa: PLC0415 - training only

    if model.pipeline is None:
        kept: dict[str, str] = read_model_manifest(folder)["training"]
        return kept
    pickled = io.BytesIO()
    joblib.dump(model.pipeline, pickled, compress=3)
    files = {
        PIPELINE: pickled.getvalue(),
        RANKINGS: to_npz(model.held_out.arrays()),
    }
    replace_folder(training_folder(folder), files)
    return _hashes(files)


def _hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


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
    """The fitted scikit-learn pipeline of the model in ``folder``, its hash checked before.

    Raises:
        ArtifactError: missing or damaged.
    """
    import joblib  # noqa: PLC0415 - training only

    return joblib.load(io.BytesIO(_read_training(folder, PIPELINE)))


def load_rankings(folder: Path) -> OutOfFold:
    """The out-of-fold rankings of the model in ``folder``.

    Raises:
        ArtifactError: missing or damaged.
    """
    data = _read_training(folder, RANKINGS)
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as packed:
            return OutOfFold.from_arrays(packed)
    except (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile) as error:
        raise ArtifactError(f"the rankings of {folder} are unreadable ({error})") from None


def _read_training(folder: Path, name: str) -> bytes:
    hashes = read_model_manifest(folder).get("training", {})
    return artifact.read_verified(training_folder(folder), name, {"sha256": hashes})


def load_outcomes(folder: Path) -> dict[str, bool]:
    """Which questions ranked right out of fold when this model was trained.

    Raises:
        ArtifactError: missing or damaged.
    """
    manifest = read_model_manifest(folder)
    found: dict[str, bool] = json.loads(artifact.read_verified(folder, artifact.OUTCOMES, manifest))
    return found


def _fingerprint(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in artifact.MODEL:
        digest.update(hashlib.sha256(files[name]).digest())
    return digest.hexdigest()[:16]
