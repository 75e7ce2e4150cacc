from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.ops.settings import Settings

if TYPE_CHECKING:
    from tests.fakes.command import Aiguilleur


@pytest.fixture
def settings(trained: Aiguilleur, tmp_path: Path) -> Settings:
    """A copy of the small knowledge base, whose model is trained."""
    kb = Path(shutil.copytree(trained.kb, tmp_path / "kb"))
    for name in ("models", "training"):
        shutil.copytree(trained.data_dir / name, tmp_path / "data" / name)
    return Settings(kb_dir=kb, data_dir=tmp_path / "data")
