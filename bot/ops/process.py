"""Settings of the process itself, such as the rights of new files."""

from __future__ import annotations

import os
import signal

PRIVATE = 0o077

STOPPED = 128 + signal.SIGTERM
"""Exit code of a training that another process started, when it was told to stop."""


def keep_files_private() -> None:
    """Whatever this process makes from now on, only its user may read."""
    os.umask(PRIVATE)


def end_as_interrupted() -> None:
    """Let SIGTERM end this process as Ctrl-C does: what it began is cleared up on the way out."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
