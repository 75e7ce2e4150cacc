"""A changed knowledge base gets its model in a child process, beside a loop that goes on."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.ops.settings import Settings, load_settings
from bot.service.retraining import load_or_train_in_background
from classifier.errors import ArtifactError
from kb.files import fingerprint
from kb.problems import ContentError
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
    served = await load_or_train_in_background(settings)
    assert served.base.fingerprint == fingerprint(kb)


def ask_something_else(kb: Path) -> None:
    """Change a title: that is a question like others."""
    file = kb / "faq" / "velos" / "velo-vole.md"
    text = file.read_text("utf-8")
    file.write_text(text.replace("title: ", "title: Autrement dit, ", 1), "utf-8")


@pytest.mark.asyncio
async def test_changed_questions_are_trained_while_the_loop_goes_on(
    settings: Settings, kb: Path
) -> None:
    ask_something_else(kb)
    training = asyncio.create_task(load_or_train_in_background(settings))
    turns = 0
    while not training.done():
        await asyncio.sleep(0.01)
        turns += 1
    served = await training
    assert turns > 1
    assert served.base.fingerprint == fingerprint(kb)
    assert served.base.entries["velo-vole"].title.startswith("Autrement dit, ")


@pytest.mark.asyncio
async def test_changed_texts_are_served_without_a_training(
    settings: Settings, kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await load_or_train_in_background(settings)
    monkeypatch.setattr("bot.service.retraining.training_command", lambda _: ["/no/training"])
    with (kb / "faq" / "velos" / "velo-vole.md").open("a", encoding="utf-8") as entry:
        entry.write("\nUne phrase de plus.\n")
    (desk, *_) = (kb / "desks").iterdir()
    desk.write_text(desk.read_text("utf-8").replace("email: ", "email: x."), "utf-8")
    served = await load_or_train_in_background(settings)
    assert "Une phrase de plus." in served.base.entries["velo-vole"].answer
    assert served.base.desks[desk.stem].email.startswith("x.")
    assert served.triage.fingerprint == before.triage.fingerprint


@pytest.mark.asyncio
async def test_other_targets_are_certified_anew_from_what_training_kept(
    settings: Settings, trained: Aiguilleur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(trained.data_dir / "training", tmp_path / "data" / "training")
    before = await load_or_train_in_background(settings)
    kept = next((tmp_path / "data" / "training").rglob("rankings.npz"))
    written = kept.stat().st_mtime_ns
    monkeypatch.setenv("TARGET_ANSWER", "0.2")
    served = await load_or_train_in_background(load_settings(settings.kb_dir))
    assert served.manifest["figures"]["promise"]["answer"]["target"] == 0.2
    assert served.manifest["sha256"]["table.npy"] == before.manifest["sha256"]["table.npy"]
    assert kept.stat().st_mtime_ns == written


@pytest.mark.asyncio
async def test_what_is_broken_is_named_with_its_file_and_line(settings: Settings, kb: Path) -> None:
    (kb / "faq" / "velos" / "velo-vole.md").write_text("---\ntitle: [\n---\n", "utf-8")
    with pytest.raises(ContentError, match=r"velo-vole\.md:3 : erreur"):
        await load_or_train_in_background(settings)


STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, {first})
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
open({file!r} + ".part", "w").write(f"{{os.getpid()}} {{worker.pid}}")
os.rename({file!r} + ".part", {file!r})
time.sleep(99)
"""


@pytest.mark.asyncio
@pytest.mark.parametrize("first", ["signal.SIG_DFL", "signal.SIG_IGN"])
async def test_who_stops_waiting_leaves_nothing_behind_that_trains(
    first: str, settings: Settings, kb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.retraining.END_SECONDS", 0.2)
    started = tmp_path / "started"
    program = STUBBORN.format(first=first, file=str(started))
    monkeypatch.setattr(
        "bot.service.retraining.training_command", lambda _: [sys.executable, "-c", program]
    )
    ask_something_else(kb)
    training = asyncio.create_task(load_or_train_in_background(settings))
    await soon(started.exists)
    training.cancel()
    with pytest.raises(asyncio.CancelledError):
        await training
    for pid in started.read_text().split():
        await soon(lambda pid=pid: is_over(int(pid)))


KILLED = """
import os, signal, subprocess, sys
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
open({file!r}, "w").write(str(worker.pid))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.asyncio
async def test_workers_that_outlive_a_killed_training_hold_up_nobody(
    settings: Settings, kb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.retraining.END_SECONDS", 0.2)
    program = KILLED.format(file=str(tmp_path / "worker"))
    monkeypatch.setattr(
        "bot.service.retraining.training_command", lambda _: [sys.executable, "-c", program]
    )
    ask_something_else(kb)
    async with asyncio.timeout(30):
        with pytest.raises(ArtifactError, match="could not be trained"):
            await load_or_train_in_background(settings)
    worker = int((tmp_path / "worker").read_text())
    await soon(lambda: is_over(worker))


def is_over(pid: int) -> bool:
    """Whether a process has ended, be it that nobody asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
