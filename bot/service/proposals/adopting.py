"""Takes over the model that a check has made, so that nothing is trained twice."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from classifier.serving.artifact import model_folder, training_folder

if TYPE_CHECKING:
    from pathlib import Path

PLACES = "proposals"
"""Below DATA_DIR: a folder for each proposal that was checked or published."""


def adopt_model(data_dir: Path, learning: str) -> bool:
    """Take over a model that a check has made, where there is none; whether there was one."""
    folder = model_folder(data_dir, learning)
    if not learning or folder.exists():
        return False
    for found in (data_dir / PLACES).glob(f"*/models/{learning}"):
        kept = training_folder(found)
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old, new in ((kept, training_folder(folder)), (found, folder)):
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(new, ignore_errors=True)
            if old.exists():
                old.rename(new)
        return True
    return False
