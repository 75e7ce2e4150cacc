"""A Python that has imported its libraries already: commands start as its children, soon.

Each command is a process of its own all the same, with its own folder, environment and streams.
Only what others wrote is imported beforehand: our own modules are imported anew by every command.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent.parent
LIBRARIES = (
    *("Stemmer", "aiosqlite", "alembic.command", "cryptography.fernet", "frontmatter", "httpx"),
    *("jinja2", "numpy", "prometheus_client", "pydantic_settings", "rich.progress"),
    *("sklearn.linear_model", "sklearn.pipeline", "scipy.optimize", "sqlalchemy.ext.asyncio"),
    *("sqlalchemy.dialects.sqlite.aiosqlite", "starlette.applications"),
    *("stdnum.fr.nir", "stdnum.iban", "structlog", "telegram.ext", "typer.rich_utils", "uvicorn"),
)
LONGEST = 200_000
"""Bytes of a command line and its environment."""


class WarmPython:
    """Starts ``python -m bot`` again and again; one command at a time."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this very file
                [sys.executable, "-m", "tests.fakes.warm_python", str(theirs.fileno())],
                cwd=ROOT,
                env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""},  # compiled once for all commands
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )

    @classmethod
    @functools.cache
    def of_this_run(cls) -> Self:
        """The one that all tests share; it ends with them."""
        made = cls()
        atexit.register(made.close)
        return made

    def run(
        self, arguments: list[str], *, given: bytes, cwd: Path, env: Mapping[str, str], limit: float
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end.

        Args:
            arguments: what follows ``python -m bot``.
            given: what it reads.
            cwd: where it runs.
            env: all that it finds in its environment.
            limit: seconds after which it is taken to hang.

        Raises:
            TimeoutError: it hangs; it and all that follow are given up.
        """
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
            source, feed = os.pipe()
            order = {"arguments": arguments, "cwd": str(cwd), "env": dict(env)}
            files = [source, said.fileno(), complained.fileno()]
            socket.send_fds(self._line, [json.dumps(order).encode()], files)
            os.close(source)
            feeding = threading.Thread(target=_feed, args=(feed, given))
            feeding.start()
            self._line.settimeout(limit)
            code = int(self._line.recv(LONGEST))
            feeding.join()
            said.seek(0)
            complained.seek(0)
            return subprocess.CompletedProcess(arguments, code, said.read(), complained.read())

    def close(self) -> None:
        """End it, and what hangs."""
        self._line.close()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _feed(pipe: int, given: bytes) -> None:
    try:
        with open(pipe, "wb") as stream:
            stream.write(given)
    except BrokenPipeError:
        pass  # it does not read to the end


def _next_order(line: socket.socket) -> bool:
    """Start what is ordered until nobody orders; returns True in each child, which is to run."""
    while True:
        told, files, _, _ = socket.recv_fds(line, LONGEST, 3)
        if not told:
            return False
        child = os.fork()
        if not child:
            line.close()
            _become(json.loads(told), files)
            return True
        for file in files:
            os.close(file)
        line.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _become(order: dict[str, Any], files: list[int]) -> None:
    for place, file in enumerate(files):
        os.dup2(file, place)
        os.close(file)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    sys.argv = ["aiguilleur", *order["arguments"]]


def _leave(code: int) -> None:
    """End as Python does, but for taking its libraries apart, which would take most of the time."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    for library in LIBRARIES:
        importlib.import_module(library)
    gc.freeze()
    if _next_order(socket.socket(fileno=int(sys.argv[1]))):
        try:
            runpy.run_module("bot", run_name="__main__", alter_sys=True)
        except SystemExit as ended:
            _leave(int(ended.code or 0))
