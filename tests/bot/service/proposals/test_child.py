"""The process of a check: what it says is heard, and nothing of it is left when it is ended."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from pathlib import Path

import pytest

from bot.analytics.proposals.changes import Changes
from bot.analytics.proposals.findings import Findings
from bot.service.proposals.child import CheckStoppedError, check_in_child
from bot.service.proposals.work import Work
from tests.fakes.telegram_service import soon

pytestmark = pytest.mark.asyncio
WORK = Work(Changes("wording", "velo-vole", wordings=("il a disparu",)), Path("place"), quick=True)
FOUND = Findings(quick=True, base="b")

GOOD = """
import json, sys
asked = json.loads(sys.stdin.readline())
assert asked["changes"]["target"] == "velo-vole"
print(json.dumps({{"stage": "replay", "done": 1, "total": 2}}), flush=True)
print(json.dumps({{"found": {found}}}), flush=True)
"""
KILLED = """
import os, signal, subprocess, sys
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
open({file!r}, "w").write(str(worker.pid))
os.kill(os.getpid(), signal.SIGKILL)
"""
SLOW = """
import os, sys, time
open({file!r}, "w").write(str(os.getpid()))
time.sleep(99)
"""


def runs(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr("bot.service.proposals.child.END_SECONDS", 0.2)
    command = [sys.executable, "-c", program]
    monkeypatch.setattr("bot.service.proposals.child.checking_command", lambda _: command)


def is_over(pid: int) -> bool:
    """Whether a process has ended, be it that nobody asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


async def heard(said: list[str], stage: str) -> bool:
    said.append(stage)
    return True


async def test_what_it_says_and_finds_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    found = json.dumps(FOUND.to_dict()).replace("null", "None")
    runs(monkeypatch, GOOD.format(found=found.replace("true", "True").replace("false", "False")))
    said: list[str] = []
    assert await check_in_child(WORK, Path("kb"), lambda s, _d, _t: heard(said, s)) == FOUND
    assert said == ["replay"]


async def test_one_that_is_killed_has_found_nothing_and_leaves_no_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs(monkeypatch, KILLED.format(file=str(tmp_path / "worker")))
    async with asyncio.timeout(30):
        with pytest.raises(CheckStoppedError):
            await check_in_child(WORK, Path("kb"), lambda s, _d, _t: heard([], s))
    worker = int((tmp_path / "worker").read_text())
    await soon(lambda: is_over(worker))


async def test_who_stops_waiting_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs(monkeypatch, SLOW.format(file=str(tmp_path / "pid")))
    checking = asyncio.create_task(check_in_child(WORK, Path("kb"), lambda s, _d, _t: heard([], s)))
    await soon(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking
    pid = int((tmp_path / "pid").read_text())
    assert is_over(pid)
    assert os.getpid() != pid


async def test_the_work_is_handed_over_as_one_line() -> None:
    source = io.StringIO(WORK.to_json() + "\n")
    assert Work.from_json(source.readline()) == WORK
