"""All the measures of one run, as data for JSON and as lines to read."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING, Any

from bot.service.served_model import load_or_train_model
from classifier.benchmark.growth import decisions, retrieval
from classifier.benchmark.process import processes
from classifier.benchmark.speed import OURS, THEIRS, side_by_side, usual_message
from classifier.serving import artifact
from classifier.training.examples import examples
from classifier.training.saving import PIPELINE
from kb.learning import learning_fingerprint
from kb.loader import load

if TYPE_CHECKING:
    from bot.ops.settings import Settings
    from classifier.benchmark.timing import Rounds

FASTER, AIM, TAIL, RATE, GROWTH, MEMORY = 25, 40, 3, 10_000, 10, 110
NUMPYS, SPARE = 2, 0.3
BEFORE, AFTER = 1000, 100_000


def measure(settings: Settings, rounds: Rounds) -> dict[str, Any]:
    """Run everything on the model of ``settings.kb_dir``.

    Raises:
        ContentError: the knowledge base cannot be served.
        ArtifactError: no model could be had.
        OSError: a measured process fails.
    """
    served = load_or_train_model(settings)
    base = load(settings.kb_dir)
    folder = artifact.model_folder(settings.data_dir, learning_fingerprint(base))
    pipeline = artifact.training_folder(folder) / PIPELINE
    message = usual_message(examples(base).texts)
    data: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        "message_characters": len(message),
        "speed": side_by_side(served, folder, base, rounds.queries),
        "process": processes(settings.kb_dir, pipeline, message, rounds.starts),
        "decisions": [decisions(size, rounds.queries) for size in rounds.entries],
        "retrieval": [retrieval(size, rounds.queries) for size in rounds.notes],
    }
    return {**data, "targets": targets(data)}


def targets(data: dict[str, Any]) -> list[dict[str, Any]]:
    """What was promised, what was found, and whether it holds."""
    ours, theirs = (data["speed"][name] for name in (OURS, THEIRS))
    start, numpy = (data["process"][name] for name in (OURS, "import numpy"))
    ratio = theirs["one"]["p50_us"] / ours["one"]["p50_us"]
    tail = ours["one"]["p99_us"] / ours["one"]["p50_us"]
    rate, memory = ours["all"]["per_second"], start["memory_mb"]
    allowed = NUMPYS * numpy["cold_start_s"] + SPARE
    rows = [
        (f"times faster than scikit-learn: >= {FASTER} (aim {AIM})", ratio, ratio >= FASTER),
        (f"p99 / p50 of one message: < {TAIL}", tail, tail < TAIL),
        (f"decisions a second on one core: >= {RATE}", rate, rate >= RATE),
        (
            f"cold start, s: <= {NUMPYS} x import numpy + {SPARE} = {allowed:.2f}",
            start["cold_start_s"],
            start["cold_start_s"] <= allowed,
        ),
        (f"resident memory of ask, MB: <= {MEMORY}", memory, memory <= MEMORY),
        *_growth(data["retrieval"]),
    ]
    return [{"target": t, "found": round(found, 2), "met": bool(met)} for t, found, met in rows]


def _growth(found: list[dict[str, Any]]) -> list[tuple[str, float, bool]]:
    p50 = {row["notes"]: row["p50_us"] for row in found}
    if BEFORE not in p50 or AFTER not in p50:
        return []
    ratio = p50[AFTER] / p50[BEFORE]
    return [(f"retrieval p50 at {AFTER} / at {BEFORE}: <= {GROWTH}", ratio, ratio <= GROWTH)]


def lines(data: dict[str, Any]) -> list[str]:
    """The figures of ``measure`` as lines to read."""
    head = f"{'':14}{'p50 us':>9}{'p99 us':>9}{'q/s, 1 core':>13}{'model MB':>10}"
    return [
        f"{data['machine']}, load {data['load']}",
        f"one query of {data['message_characters']} characters; q/s over all questions:",
        head,
        *(_peer(name, row) for name, row in data["speed"].items()),
        "(scikit-learn: its margins alone; ours: the whole decision)",
        "as a process, to the first decision:",
        *(
            f"  {name:14}{row['cold_start_s']:>8.2f} s {row['memory_mb']:>8.1f} MB"
            for name, row in data["process"].items()
        ),
        "whole decision, synthetic entries:",
        *(_growth_line(row, "entries") for row in data["decisions"]),
        "posting-list retrieval of the notes alone, synthetic (no decision):",
        *(_growth_line(row, "notes") for row in data["retrieval"]),
        "targets:",
        *(
            f"  {'met   ' if row['met'] else 'MISSED'} {row['target']}: {row['found']:g}"
            for row in data["targets"]
        ),
    ]


def _peer(name: str, row: dict[str, Any]) -> str:
    one, rate = row["one"], row["all"]["per_second"]
    times = f"{one['p50_us']:>9.1f}{one['p99_us']:>9.1f}{rate:>13.0f}"
    return f"  {name:12}{times}{row['model_mb']:>10.1f}"


def _growth_line(row: dict[str, Any], unit: str) -> str:
    rate = f"{row['per_second']:>9.0f} q/s"
    return f"  {row[unit]:>7} {unit:8}{row['p50_us']:>9.1f}{row['p99_us']:>9.1f} us{rate}"
