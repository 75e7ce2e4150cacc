"""The command line in a process of its own, away from anybody's settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fakes.service_process import free_port
from tests.fakes.warm_python import WarmPython

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent.parent
LIMIT = 240
"""Seconds after which a command is taken to hang."""

_OURS = (
    "TELEGRAM",
    "WEB",
    "DATA",
    "RETENTION",
    "KB_DIR",
    "LOG_LEVEL",
    "PSEUDONYM",
    "COST_",
    "PYTHON",
)


class Aiguilleur:
    """Runs ``python -m bot`` in ``folder``, which holds its ``.env`` and its data.

    Args:
        folder: where it runs.
        kb: the knowledge base, given as ``KB_DIR``.
        data_dir: where models and journal lie; below ``folder`` when not given.

    Attributes:
        log: what every run of this object gave, in order.
    """

    def __init__(self, folder: Path, kb: Path, data_dir: Path | None = None) -> None:
        self.folder = folder
        self.kb = kb
        self.data_dir = data_dir or folder / "data"
        self.log: list[subprocess.CompletedProcess[str]] = []

    def __call__(
        self, *arguments: str, given: str | bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end; what it says is read as UTF-8."""
        done = WarmPython.of_this_run().run(
            list(arguments),
            given=given.encode() if isinstance(given, str) else given,
            cwd=self.folder,
            env=self.environment(environment),
            limit=LIMIT,
        )
        said, complained = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in complained, complained
        self.log.append(subprocess.CompletedProcess(done.args, done.returncode, said, complained))
        return self.log[-1]

    def line(self, *arguments: str) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "bot", *arguments]

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """What the process finds in its environment; the tests' own settings are left out."""
        plain = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
        return {
            **plain,
            "PYTHONPATH": str(ROOT),
            "DATA_DIR": str(self.data_dir),
            "KB_DIR": str(self.kb),
            "WEB_LISTEN": f"127.0.0.1:{free_port()}",
            "LOKY_MAX_CPU_COUNT": "1",  # small models train before other processes are there
            **more,
        }

    def elsewhere(self, folder: Path, kb: Path | None = None) -> Aiguilleur:
        """The same from another folder, with its own ``.env`` and the same models."""
        return Aiguilleur(folder, kb or self.kb, self.data_dir)
