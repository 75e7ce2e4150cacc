"""``benchmark``: how fast, how large, how it grows; or how right, on labelled intents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.ops.settings import load_settings

Labelled = Annotated[
    Path | None, typer.Argument(help="Labelled intents as JSONL; without it, speed and size.")
]
JsonOut = Annotated[Path | None, typer.Option("--json", help="Also write the figures here.")]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(benchmark)


def benchmark(labelled: Labelled = None, kb: Kb = None, json_out: JsonOut = None) -> None:
    """Measure speed, size and growth beside scikit-learn; with a file, accuracy on it."""
    if labelled is None:
        _benchmark_speed(kb, json_out)
    else:
        _benchmark_accuracy(labelled, json_out)


def _benchmark_accuracy(labelled: Path, json_out: Path | None) -> None:
    # What only this command needs is slow to import.
    from bot.cli.output.progress import Telling  # noqa: PLC0415
    from classifier.benchmark.intent_figures import benchmark_file  # noqa: PLC0415

    with Telling() as tell:
        typer.echo("\n".join(benchmark_file(labelled, json_out, tell=tell)))


def _benchmark_speed(kb: Path | None, json_out: Path | None) -> None:
    from bot.cli.output.benchmark import lines, measure  # noqa: PLC0415 - imports scikit-learn
    from classifier.benchmark.timing import Rounds  # noqa: PLC0415

    data = measure(load_settings(kb), Rounds())
    typer.echo("\n".join(lines(data)))
    if json_out is not None:
        json_out.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
