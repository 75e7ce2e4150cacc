"""Runs of tests in forks of one process that has all libraries loaded: seconds less for each.

Only what is not the project's own is loaded beforehand; each fork reads the modules under test from
the tree that it is given, as it lies there at that moment.
"""

from __future__ import annotations

import compileall
import contextlib
import importlib
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OURS = ("bot", "classifier", "kb", "tests")
OPTIONS = ("-x", "-n0", "-q", "-rfE", "-p", "no:cacheprovider")
TIMED_OUT = 124
LOOK_EVERY = 0.05
"""Seconds between two looks at a fork."""


def prepare(tree: Path, files: Sequence[str]) -> None:
    """Compile the tree, and load what ``files`` load besides it."""
    # By content: a mutant may share size and second of its source with the last one.
    for name in OURS:
        compileall.compile_dir(
            tree / name, quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH
        )
    with tempfile.NamedTemporaryFile("r", suffix=".json") as told:
        _fork(tree, ["--collect-only", *OPTIONS, *files], 600, told.name)
        names = json.loads(Path(told.name).read_text() or "[]")
    for name in names:
        # Some are made at run time, and cannot be imported by their name.
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def run(tree: Path, arguments: Sequence[str], seconds: float) -> tuple[int, str]:
    """The exit code of pytest in ``tree``, or 124 after the time-out, and what failed first."""
    code, said = _fork(tree, [*OPTIONS, *arguments], seconds)
    failed = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return code, " ".join(failed[:1]).split(" - ")[0] or ("time-out" if code == TIMED_OUT else "?")


def _fork(tree: Path, arguments: list[str], seconds: float, told: str = "") -> tuple[int, str]:
    with tempfile.TemporaryFile("w+") as output:
        child = os.fork()
        if not child:
            os._exit(_child(tree, arguments, output.fileno(), told))
        code = _wait(child, seconds)
        output.seek(0)
        return code, output.read()


def _wait(child: int, seconds: float) -> int:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(LOOK_EVERY)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return TIMED_OUT


def _child(tree: Path, arguments: list[str], output: int, told: str) -> int:
    """A fork's whole life; never returns to what the parent was doing."""
    try:
        os.setsid()
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout = os.fdopen(1, "w", closefd=False)
        sys.stderr = os.fdopen(2, "w", closefd=False)
        os.chdir(tree)
        os.environ["PYTHONPATH"] = str(tree)
        sys.path[:] = [str(tree), *(path for path in sys.path if _is_library(path))]
        for name in [name for name in sys.modules if name.split(".")[0] in OURS]:
            del sys.modules[name]
        importlib.invalidate_caches()
        import pytest  # noqa: PLC0415 - before the fork it would rewrite nothing of the tree

        code = int(pytest.main(arguments))
        if told:
            names = [name for name in sys.modules if name.split(".")[0] not in (*OURS, "__main__")]
            Path(told).write_text(json.dumps(names))
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - a fork must end here whatever happens
        os.write(2, f"ERROR {error!r}\n".encode())
        return 3
    return code


def _is_library(path: str) -> bool:
    """Whether a folder of ``sys.path`` is Python's or a library's, not the project's."""
    return "lib" in Path(path).parts
