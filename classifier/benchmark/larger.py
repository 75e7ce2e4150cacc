"""Measures how training and serving grow, on bases of several sizes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.benchmark.enciphered import enlarge
from classifier.benchmark.footprint import watch
from classifier.benchmark.process import environment
from classifier.benchmark.timing import time_calls
from classifier.serving import artifact
from classifier.training import saving
from classifier.training.examples import examples
from classifier.training.train import train
from kb.learning import learning_fingerprint
from kb.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

SIZES = (75, 300, 450, 1000, 2000)
MESSAGES = 300

PROGRAM = """
import sys
from pathlib import Path
from classifier.benchmark.larger import train_enlarged
train_enlarged(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
"""

CPU_GROWTH, PEAK_MB = 16, 4000
SERVED_MB = {450: 25.0, 2000: 80.0}
SLOWER = {450: 3.0, 2000: 9.0}
SMALL, LARGE = 75, 1000


def train_enlarged(kb: Path, entries: int, data_dir: Path) -> None:
    """Train a base of ``entries`` made from ``kb``, calibration included, and save it."""
    base = enlarge(load(kb), entries)
    folder = artifact.model_folder(data_dir, learning_fingerprint(base))
    saving.save(train(base), base, folder, saving.Passport())


def growth(
    kb: Path,
    queries: int,
    sizes: Sequence[int] = SIZES,
    tell: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> Iterator[dict[str, Any]]:
    """One row of figures for each size, as JSON types.

    Args:
        kb: the content folder that larger bases are made from.
        queries: timed decisions a size.
        sizes: entries.
        tell: called with ``(stage, done, total)``.

    Raises:
        ContentError: the knowledge base cannot be served.
        OSError: a training fails, or this is not Linux.
    """
    for done, entries in enumerate(sizes):
        tell("growth", done, len(sizes))
        with tempfile.TemporaryDirectory() as data_dir:
            yield _measure(kb, entries, Path(data_dir), queries)
    tell("growth", len(sizes), len(sizes))


def _measure(kb: Path, entries: int, data_dir: Path, queries: int) -> dict[str, Any]:
    line = [sys.executable, "-c", PROGRAM, str(kb), str(entries), str(data_dir)]
    used = watch(line, environment())
    base = enlarge(load(kb), entries)
    folder = artifact.model_folder(data_dir, learning_fingerprint(base))
    served = artifact.load(folder, folder.name, base)
    texts = examples(base).texts
    asked = time_calls(served.triage.decide, texts[:: len(texts) // MESSAGES + 1], queries)
    size = sum((folder / name).stat().st_size for name in artifact.MODEL) / 1e6
    return {
        "entries": entries,
        "questions": len(texts),
        **used._asdict(),
        "served_mb": round(size, 1),
        "p50_us": asked.p50_us,
        "p99_us": asked.p99_us,
    }


def targets(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each promise on growth with its figure and whether it holds, for the sizes measured."""
    of = {row["entries"]: row for row in rows}
    found: list[tuple[str, float, float]] = []
    if SMALL in of and LARGE in of:
        ratio = of[LARGE]["cpu_s"] / of[SMALL]["cpu_s"]
        found.append((f"training CPU at {LARGE} / at {SMALL}", ratio, CPU_GROWTH))
    if of:
        most = max(of)
        found.append((f"peak memory of training at {most}, MB", of[most]["memory_mb"], PEAK_MB))
    for entries, limit in SERVED_MB.items():
        if entries in of:
            found.append((f"served at {entries}, MB", of[entries]["served_mb"], limit))
    for entries, limit in SLOWER.items():
        if entries in of and SMALL in of:
            ratio = of[entries]["p50_us"] / of[SMALL]["p50_us"]
            found.append((f"decision p50 at {entries} / at {SMALL}", ratio, limit))
    return [
        {"target": f"{name}: <= {limit:g}", "found": round(value, 2), "met": value <= limit}
        for name, value, limit in found
    ]
