"""Measures processor time and memory of a program and of everything that it starts."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAUSE = 0.5
"""Seconds between two looks."""

PROC = Path("/proc")


class Footprint(NamedTuple):
    """Time and memory of a program and the processes that it starts.

    Attributes:
        cpu_s: processor seconds, user and system.
        memory_mb: the most that all held at one moment; memory that they share counts once.
        seconds: from start to end.
    """

    cpu_s: float
    memory_mb: float
    seconds: float


def watch(command: Sequence[str], env: Mapping[str, str]) -> Footprint:
    """Run ``command`` to its end and look at it meanwhile; needs Linux's ``/proc``.

    Raises:
        OSError: it fails, or there is no ``/proc``.
    """
    if not PROC.joinpath("self", "smaps_rollup").exists():
        raise OSError("growth is measured by /proc, which this system lacks")
    started = time.perf_counter()
    spent: dict[int, float] = {}
    most = 0.0
    child = subprocess.Popen(command, env=dict(env), stdin=subprocess.DEVNULL)  # noqa: S603 - our own
    while child.poll() is None:
        family = _descendants(child.pid)
        spent |= {pid: used for pid in family if (used := _cpu_seconds(pid))}
        most = max(most, sum(map(_memory_mb, family)))
        time.sleep(PAUSE)
    if child.returncode:
        raise OSError(f"a measured process failed ({' '.join(command[:3])[:60]} ...)")
    seconds = time.perf_counter() - started
    return Footprint(round(sum(spent.values()), 1), round(most), round(seconds, 1))


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for path in PROC.glob("[0-9]*/stat"):
        parent = _fields(path)[1:2]
        if parent:
            children.setdefault(int(parent[0]), []).append(int(path.parent.name))
    family, todo = [], [pid]
    while todo:
        family.append(todo.pop())
        todo += children.get(family[-1], [])
    return family


def _fields(stat: Path) -> list[str]:
    """The fields behind the name of the program, which may hold anything."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:  # it has ended
        return []


def _cpu_seconds(pid: int) -> float:
    fields = _fields(PROC / str(pid) / "stat")
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _memory_mb(pid: int) -> float:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000
