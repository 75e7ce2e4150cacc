"""``benchmark``: how fast, how large, how it grows; or how right, on labelled intents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.ops.settings import load_settings

Labelled = Annotated[
    Path | None, typer.Argument(help="Labelled intents as JSONL; without it, speed and size.")
]
Growth = Annotated[
    bool, typer.Option("--growth", help="Train larger and larger bases; takes half an hour.")
]
JsonOut = Annotated[Path | None, typer.Option("--json", help="Also write the figures here.")]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(benchmark)


def benchmark(
    labelled: Labelled = None, kb: Kb = None, json_out: JsonOut = None, *, growth: Growth = False
) -> None:
    """Measure speed and size beside scikit-learn; with a file, accuracy on it; or growth."""
    if labelled is not None:
        _measure_intents(labelled, json_out)
    elif growth:
        _measure_growth(kb, json_out)
    else:
        _measure_speed(kb, json_out)


# What only this command needs is slow to import.


def _measure_intents(labelled: Path, json_out: Path | None) -> None:
    from bot.cli.output.progress import Telling  # noqa: PLC0415
    from classifier.benchmark.intent_figures import benchmark_file  # noqa: PLC0415

    with Telling() as tell:
        typer.echo("\n".join(benchmark_file(labelled, json_out, tell=tell)))


def _measure_growth(kb: Path | None, json_out: Path | None) -> None:
    from bot.cli.output.growth import growth_lines, measure_growth  # noqa: PLC0415

    data = measure_growth(load_settings(kb))
    typer.echo("\n".join(growth_lines(data)))
    _write(data, json_out)


def _measure_speed(kb: Path | None, json_out: Path | None) -> None:
    from bot.cli.output.benchmark import lines, measure  # noqa: PLC0415
    from classifier.benchmark.timing import Rounds  # noqa: PLC0415

    data = measure(load_settings(kb), Rounds())
    typer.echo("\n".join(lines(data)))
    _write(data, json_out)


def _write(data: dict[str, Any], json_out: Path | None) -> None:
    if json_out is not None:
        json_out.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
