"""Removes models that are no longer served: each edit of a knowledge base leaves one of 46 MB.

Two knowledge bases may share a ``DATA_DIR``, so what was served is noted for each of them; a model
that no service noted is left alone.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from classifier.serving.artifact import model_folder, training_folder

if TYPE_CHECKING:
    from pathlib import Path

    from bot.ops.settings import Settings

KEPT = 2
"""The served one, and the last before it: an edit may be taken back."""

LEFT_OVER_SECONDS = 24 * 3600.0
"""After which an unfinished training surely runs no more."""

NOTE = "served.json"
_log = logging.getLogger(__name__)


def remove_old_models(settings: Settings, content: str) -> None:
    """Note which model is served now, and remove those served longer ago, and broken trainings.

    Args:
        settings: with ``DATA_DIR`` and the knowledge base.
        content: the fingerprint that names the model's folder.
    """
    models = settings.data_dir / "models"
    if models.is_symlink():
        return  # somebody else's
    try:
        for old in _note_served(models / NOTE, str(settings.kb_dir.resolve()), content):
            folder = model_folder(settings.data_dir, old)
            for each in (folder, training_folder(folder)):
                shutil.rmtree(each, ignore_errors=True)
            _log.info("The model %s is no longer served and was removed.", old)
        _remove_left_over(settings.data_dir)
    except OSError as error:
        _log.warning("Old models were not removed: %s", error)


def _note_served(note: Path, base: str, content: str) -> list[str]:
    """The models that no knowledge base was served with lately."""
    served = _read(note)
    before = [each for each in served.get(base, []) if each != content]
    served[base] = [*before, content][-KEPT:]
    aside = note.with_suffix(".part")
    aside.write_text(json.dumps(served), "utf-8")
    aside.replace(note)
    kept = {each for names in served.values() for each in names}
    return [each for each in before if each not in kept]


def _read(note: Path) -> dict[str, list[str]]:
    with suppress(OSError, ValueError):
        found = json.loads(note.read_text("utf-8"))
        if isinstance(found, dict):
            return {str(base): [str(each) for each in names] for base, names in found.items()}
    return {}


def _remove_left_over(data_dir: Path) -> None:
    for folder in (data_dir / "models", data_dir / "training"):
        for each in folder.glob(".training-*"):
            if time.time() - each.stat().st_mtime > LEFT_OVER_SECONDS:
                shutil.rmtree(each, ignore_errors=True)
