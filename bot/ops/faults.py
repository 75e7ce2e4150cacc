"""Telling of an error without repeating what a person wrote."""

from __future__ import annotations

import traceback
from pathlib import Path


def describe(error: BaseException) -> str:
    """An error in a few words: its type, and where it comes from, but not its text.

    The text of an exception may hold what a person wrote; its type and the lines that it went
    through may not.
    """
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    path = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} ({path})" if path else type(error).__name__
