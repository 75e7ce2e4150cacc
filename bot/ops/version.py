"""Which version of the program this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """The version that was installed; ``unknown`` for a tree that was not installed."""
    try:
        return version("aiguilleur")
    except PackageNotFoundError:
        return "unknown"
