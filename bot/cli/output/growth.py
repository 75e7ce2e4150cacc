"""Growth with the knowledge base, as lines to read: one a size, then what was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.cli.output.progress import Telling
from classifier.benchmark.larger import SIZES, growth, targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ops.settings import Settings

QUERIES = 2000


def measure_growth(settings: Settings, sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """Train and ask bases of all ``sizes``, made from that of ``settings.kb_dir``.

    Raises:
        ContentError: the knowledge base cannot be served.
        OSError: a training fails, or this is not Linux.
    """
    with Telling() as tell:
        rows = list(growth(settings.kb_dir, QUERIES, sizes, tell))
    return {"growth": rows, "targets": targets(rows)}


def growth_lines(data: dict[str, Any]) -> list[str]:
    """The figures of ``measure_growth`` as lines to read."""
    head = ("entries", "questions", "CPU s", "time s", "peak MB", "served MB", "p50 us", "p99 us")
    keys = (
        "entries",
        "questions",
        "cpu_s",
        "seconds",
        "memory_mb",
        "served_mb",
        "p50_us",
        "p99_us",
    )
    return [
        "training (calibration included, all processes summed) and decisions, larger bases being "
        "enciphered copies:",
        "".join(f"{name:>11}" for name in head),
        *("".join(f"{row[key]:>11g}" for key in keys) for row in data["growth"]),
        "targets:",
        *(
            f"  {'met   ' if row['met'] else 'MISSED'} {row['target']}: {row['found']:g}"
            for row in data["targets"]
        ),
    ]
