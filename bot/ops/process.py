"""Settings of the process itself, such as the rights of new files."""

from __future__ import annotations

import os

PRIVATE = 0o077


def keep_files_private() -> None:
    """Whatever this process makes from now on, only its user may read."""
    os.umask(PRIVATE)
