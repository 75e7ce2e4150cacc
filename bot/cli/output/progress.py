"""Progress of long work: a bar on a terminal, plain lines elsewhere; both on stderr."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Tell = Callable[[str, int, int], None]


REDRAWS = 2
"""A second: over a slow line, ten are most of what is sent."""


class Telling:
    """``with Telling() as tell: tell(stage, done, total)``."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
        console = Console(stderr=True)
        self._bar = Progress(
            *columns, *times, console=console, refresh_per_second=REDRAWS, speed_estimate_period=600
        )
        self._live = console.is_terminal
        self._task = self._bar.add_task("training", total=None)

    def __enter__(self) -> Tell:
        if self._live:
            self._bar.start()
        return self._tell

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._bar.stop()

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self._live:
            self._bar.update(self._task, description=stage, completed=done, total=total)
        elif done == total:
            print(f"{stage}: {done} of {total}", file=sys.stderr)  # noqa: T201
