"""Verify and load a model: JSON and arrays. What training needs again lies in another folder.

Nothing is unpickled on the way to serving, and no file is used before its hash is checked.
"""

from __future__ import annotations

import hashlib
import io
import json
import mmap
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.errors import ArtifactError
from classifier.serving.calibration import Calibration
from classifier.serving.compiled import CompiledModel
from classifier.serving.desks import Desks
from classifier.serving.packing import array_of, to_json
from classifier.serving.policy import Policy
from classifier.serving.ranker import Ranker
from classifier.serving.triage import Triage
from kb.entries import KnowledgeBase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


FORMAT = 4
MANIFEST = "manifest.json"
VOCABULARY = "model.json"
CALIBRATION = "calibration.json"
ARRAYS = "arrays.npz"
MAPPED = ("table", "listed_classes", "listed")
"""The large arrays: each in a file of its own, which is mapped."""

MODEL = (VOCABULARY, CALIBRATION, ARRAYS, *(f"{name}.npy" for name in MAPPED))
"""The files that decide; a model's fingerprint is taken over these."""

KNOWLEDGE = "knowledge.json"
"""The texts as they were when the model was trained; serving is given those of today."""

SERVED = (*MODEL, KNOWLEDGE)
OUTCOMES = "outcomes.json"


@dataclass(frozen=True, slots=True)
class Served:
    """What serving needs: the triage and the texts it points to."""

    triage: Triage
    base: KnowledgeBase
    manifest: Mapping[str, Any]


def model_folder(data_dir: Path, content: str) -> Path:
    """The folder of a model, named by the fingerprint of targets, titles and questions."""
    return data_dir / "models" / content


def training_folder(folder: Path) -> Path:
    """The folder of what training keeps to certify anew, given the model's folder."""
    return folder.parents[1] / "training" / folder.name


def load(folder: Path, content: str, base: KnowledgeBase | None = None) -> Served:
    """The model that learnt from ``content``, verified, ready to decide.

    Args:
        folder: the model's.
        content: fingerprint of targets, titles and questions.
        base: the texts of today; without any, those that the model was trained with.

    Raises:
        ArtifactError: missing, damaged, of another format or of another knowledge base.
    """
    manifest = read_model_manifest(folder)
    if manifest.get("content") != content:
        raise ArtifactError(f"the model in {folder} is of another knowledge base; train it again")
    maps = {name: _map_verified(folder, f"{name}.npy", manifest) for name in MAPPED}
    texts = () if base else (KNOWLEDGE,)
    read = (VOCABULARY, CALIBRATION, ARRAYS, *texts)
    data = {name: read_verified(folder, name, manifest) for name in read}
    try:
        found = base or KnowledgeBase.from_dict(json.loads(data[KNOWLEDGE]))
        return Served(_assemble(data, maps, manifest, found), found, manifest)
    except (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile) as error:
        raise ArtifactError(
            f"the model in {folder} does not hold what it should ({error}); train it again"
        ) from None


def read_model_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a model folder of this program's format.

    Raises:
        ArtifactError: missing, damaged or of another format.
    """
    manifest = read_manifest(folder)
    if manifest.get("format") != FORMAT:
        raise ArtifactError(
            f"the model in {folder} has format {manifest.get('format')}, this program reads "
            f"{FORMAT}; train it again"
        )
    return manifest


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
    if manifest.get("self") != self_hash(manifest):
        raise ArtifactError(f"the manifest in {folder} is damaged")
    return manifest


def read_verified(folder: Path, name: str, manifest: Mapping[str, Any]) -> bytes:
    """Read the file ``name`` of a model folder once its hash is checked.

    Raises:
        ArtifactError: the file is missing or damaged.
    """
    try:
        data = (folder / name).read_bytes()
    except OSError:
        raise _missing_error(folder, name) from None
    if hashlib.sha256(data).hexdigest() != manifest["sha256"].get(name):
        raise _damage_error(folder, name)
    return data


def _map_verified(folder: Path, name: str, manifest: Mapping[str, Any]) -> mmap.mmap:
    # Mapped, not read: a message touches a few hundred rows, the rest need not be in memory.
    # It is the very file that was hashed, even if another training replaces the folder.
    try:
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != manifest["sha256"].get(name):
                raise _damage_error(folder, name)
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        raise _missing_error(folder, name) from None


def _missing_error(folder: Path, name: str) -> ArtifactError:
    return ArtifactError(f"{name} is missing in {folder}; train the model again")


def _damage_error(folder: Path, name: str) -> ArtifactError:
    return ArtifactError(f"{name} in {folder} is damaged; train the model again")


def _assemble(
    data: Mapping[str, bytes],
    maps: Mapping[str, mmap.mmap],
    manifest: Mapping[str, Any],
    base: KnowledgeBase,
) -> Triage:
    with np.load(io.BytesIO(data[ARRAYS]), allow_pickle=False) as packed:
        arrays = {name: packed[name] for name in packed}
    arrays |= {name: array_of(found) for name, found in maps.items()}
    learnt = json.loads(data[CALIBRATION])
    compiled = CompiledModel.from_parts(json.loads(data[VOCABULARY]), arrays)
    return Triage(
        Ranker(compiled),
        Calibration.from_dict(learnt["calibration"]),
        Policy.from_dict(learnt["policy"]),
        str(manifest["fingerprint"]),
        Desks.of(compiled.targets, base),
        courtesy=base.courtesy,
        lexicon=base.lexicon,
    )


def self_hash(manifest: Mapping[str, Any]) -> str:
    """Hash a manifest without its own hash."""
    rest = {key: value for key, value in manifest.items() if key != "self"}
    return hashlib.sha256(to_json(rest)).hexdigest()
