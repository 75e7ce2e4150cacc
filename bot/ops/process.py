"""Settings of the process itself, such as the rights of new files."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys

PRIVATE = 0o077
SWITCH_SECONDS = 0.001

STOPPED = 128 + signal.SIGTERM
"""Exit code of a training that another process started, when it was told to stop."""


def keep_files_private() -> None:
    """Whatever this process makes from now on, only its user may read."""
    os.umask(PRIVATE)


def raise_file_limit() -> None:
    """Let this process open as many files as it may be allowed to: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # some systems name more than they allow
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def switch_threads_often() -> None:
    """Let whoever waits for the interpreter have it after a millisecond, not five.

    A message goes through ten hops between threads; beside one that is busy, such as with a long
    text, each of them waits for so long.
    """
    sys.setswitchinterval(SWITCH_SECONDS)


def end_as_interrupted() -> None:
    """Let SIGTERM end this process as Ctrl-C does: what it began is cleared up on the way out."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
