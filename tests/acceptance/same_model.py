"""M4: the same content and seed make the same model, wherever and whenever they are trained.

    python -m tests.acceptance.same_model [--small]

Two copies of the program and of its knowledge base train, in two folders, locales, time zones
and orders of hashing. Takes twice the time of a training.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.acceptance.harness import Run
from tests.fakes.service_process import ROOT

PLACES = {
    "here": {"LC_ALL": "C.UTF-8", "TZ": "Europe/Paris", "PYTHONHASHSEED": "1"},
    "là bas/ailleurs": {"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2"},
}


def trained(run: Run, folder: Path, env: dict[str, str]) -> dict[str, object]:
    """The manifest of a model that is trained in ``folder``."""
    for package in ("bot", "classifier", "kb"):
        shutil.copytree(ROOT / package, folder / package)
    shutil.copytree(run.kb, folder / "content")
    command = [sys.executable, "-m", "bot", "train", "--quiet", "--kb", str(folder / "content")]
    place = {**os.environ, **env, "DATA_DIR": str(folder / "data")}
    subprocess.run(command, cwd=folder, env=place, check=True, stdin=subprocess.DEVNULL)  # noqa: S603 - no shell
    (manifest,) = (folder / "data").glob("models/*/manifest.json")
    found: dict[str, object] = json.loads(manifest.read_text("utf-8"))
    return found


def main() -> int:
    """Train twice and compare; exit code 1 when anything differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true", help="the knowledge base of the tests")
    run = Run(small=parser.parse_args().small)
    with tempfile.TemporaryDirectory() as folder:
        here, there = (trained(run, Path(folder) / name, env) for name, env in PLACES.items())
    run.exactly("M4: fingerprint", there["fingerprint"], here["fingerprint"])
    files = {key: (here["sha256"][key], there["sha256"][key]) for key in here["sha256"]}  # type: ignore[index,attr-defined]
    differing = sorted(name for name, (one, other) in files.items() if one != other)
    run.exactly("M4: files that differ", ", ".join(differing) or "none", "none")
    return int(not run.met)


if __name__ == "__main__":
    sys.exit(main())
