"""What a command imports is what a person waits for: heavy libraries only where they work."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.command import Aiguilleur

TRAINING = {"sklearn", "scipy", "joblib", "rich.progress"}
SERVICE = {"telegram", "httpx", "structlog"}
STORE = {"sqlalchemy", "alembic", "aiosqlite"}


def imported(command: Aiguilleur, *arguments: str, given: str = "") -> set[str]:
    """The modules that a command imports, and their packages."""
    line = [sys.executable, "-X", "importtime", *command.line(*arguments)[1:]]
    done = subprocess.run(  # noqa: S603 - our own program
        line,
        input=given.encode(),
        capture_output=True,
        cwd=command.folder,
        env=command.environment({}),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    names = re.findall(r"^import time:.*\| +(\S+)$", done.stderr.decode(), re.MULTILINE)
    assert "bot.cli.app" in names
    return {".".join(name.split(".")[:n]) for name in names for n in (1, 2)}


@pytest.fixture
def here(trained: Aiguilleur, tmp_path: Path) -> Aiguilleur:
    return trained.elsewhere(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (["ask", "bonjour"], ""),
        (["ask", "bonjour", "--why"], ""),
        (["decide"], '{"id": 1, "text": "bonjour"}\n'),
        (["--help"], ""),
        (["kb", "check"], ""),
    ],
    ids=lambda value: " ".join(value)[:20],
)
def test_a_command_that_only_decides_loads_no_heavy_library(
    here: Aiguilleur, arguments: list[str], given: str
) -> None:
    found = imported(here, *arguments, given=given)
    assert found & (TRAINING | SERVICE | STORE) == set()


@pytest.mark.parametrize("command", ["chat", "report"])
def test_talking_loads_the_store_but_neither_training_nor_telegram(
    here: Aiguilleur, command: str
) -> None:
    assert imported(here, command) & (TRAINING | SERVICE) == set()
