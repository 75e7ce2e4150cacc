"""Measures a whole process: time from start to end, and the most memory it holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from classifier.benchmark.speed import OURS, THEIRS

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]

NUMPY = "import numpy"

WATCH = """
import json, os, resource, subprocess, sys, time
started = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
taken = time.perf_counter() - started
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps([os.waitstatus_to_exitcode(status), taken, used.ru_maxrss * unit / 1e6]))
"""
"""A small process in between: a child's peak counts what its parent held when it was started."""

PIPELINE_DECIDES = """
import sys, joblib
joblib.load(sys.argv[1]).decision_function([sys.argv[2]])
"""


def processes(kb: Path, pipeline: Path, message: str, starts: int) -> dict[str, dict[str, Any]]:
    """Cold start in seconds and peak memory in MB of the three programs.

    Args:
        kb: the knowledge base, whose model exists already.
        pipeline: the fitted scikit-learn pipeline; its hash has been checked.
        message: what is asked.
        starts: how often each is started; the median counts.

    Raises:
        OSError: one of them fails.
    """
    python = sys.executable
    lines = {
        OURS: [python, "-m", "bot", "ask", message, "--kb", str(kb)],
        THEIRS: [python, "-c", PIPELINE_DECIDES, str(pipeline), message],
        "import numpy": [python, "-c", NUMPY],
    }
    return {name: _measure_process(line, starts) for name, line in lines.items()}


def _measure_process(line: Sequence[str], starts: int) -> dict[str, Any]:
    # The first start warms the disk's cache and is not counted.
    seen = [_run_and_watch(line) for _ in range(starts + 1)][1:]
    return {
        "cold_start_s": round(median(taken for taken, _ in seen), 3),
        "memory_mb": round(max(held for _, held in seen), 1),
    }


def environment() -> dict[str, str]:
    """For a process that is measured: ours, finding this program, and one thread a library."""
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, **single, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _run_and_watch(line: Sequence[str]) -> tuple[float, float]:
    done = subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, "-c", WATCH, *line],
        env=environment(),
        stdout=subprocess.PIPE,
        check=False,
    )
    code, taken, held = json.loads(done.stdout) if not done.returncode else (1, 0.0, 0.0)
    if code:
        raise OSError(f"a measured process failed ({' '.join(line[:4])[:60]} ...)")
    return taken, held
