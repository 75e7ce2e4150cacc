from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.content import write_content


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_content(tmp_path / "content")


@pytest.fixture
def second() -> Path:
    return Path(__file__).parent.parent / "content"
