"""A changed knowledge base gets its model in a child process, beside a loop that goes on."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.model_anew import model_anew
from bot.settings import Settings, load_settings
from classifier.artifact import ArtifactError
from kb.files import fingerprint
from tests.fakes.telegram_service import soon

if TYPE_CHECKING:
    from tests.fakes.command import Aiguilleur


@pytest.fixture
def kb(trained: Aiguilleur, tmp_path: Path) -> Path:
    """A copy of the knowledge base, to be changed."""
    return Path(shutil.copytree(trained.kb, tmp_path / "kb"))


@pytest.fixture
def settings(
    kb: Path, trained: Aiguilleur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Those that the child finds too: where it runs holds no other."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    shutil.copytree(trained.data_dir / "models", tmp_path / "data" / "models")
    return load_settings(kb)


@pytest.mark.asyncio
async def test_a_model_that_was_trained_before_is_taken(settings: Settings, kb: Path) -> None:
    served = await model_anew(settings)
    assert served.base.fingerprint == fingerprint(kb)


@pytest.mark.asyncio
async def test_changed_content_is_trained_while_the_loop_goes_on(
    settings: Settings, kb: Path
) -> None:
    with (kb / "faq" / "velos" / "velo-vole.md").open("a", encoding="utf-8") as entry:
        entry.write("\nUne phrase de plus.\n")
    training = asyncio.create_task(model_anew(settings))
    turns = 0
    while not training.done():
        await asyncio.sleep(0.01)
        turns += 1
    served = await training
    assert turns > 1
    assert served.base.fingerprint == fingerprint(kb)
    assert "Une phrase de plus." in served.base.entries["velo-vole"].answer


@pytest.mark.asyncio
async def test_what_is_broken_is_named_with_its_file_and_line(settings: Settings, kb: Path) -> None:
    (kb / "faq" / "velos" / "velo-vole.md").write_text("---\ntitle: [\n---\n", "utf-8")
    with pytest.raises(ArtifactError, match=r"velo-vole\.md:3 : erreur"):
        await model_anew(settings)


@pytest.mark.asyncio
async def test_who_stops_waiting_leaves_nothing_behind_that_trains(
    settings: Settings, kb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "started"
    program = (
        f"import os, time; open({str(started)!r}, 'w').write(str(os.getpid())); time.sleep(99)"
    )
    monkeypatch.setattr(
        "bot.model_anew.training_command", lambda _: [sys.executable, "-c", program]
    )
    (kb / "about.toml").write_text(f"{(kb / 'about.toml').read_text('utf-8')}\n# autre\n", "utf-8")
    training = asyncio.create_task(model_anew(settings))
    await soon(lambda: started.exists() and started.read_text())
    training.cancel()
    with pytest.raises(asyncio.CancelledError):
        await training
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
