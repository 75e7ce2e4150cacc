"""``train``, ``evaluate``, ``decide``: what runs the classifier alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.cli.output.styles import paint, style_figures
from bot.ops.process import STOPPED, end_as_interrupted, keep_files_private
from bot.ops.settings import load_settings

if TYPE_CHECKING:
    from bot.ops.settings import Settings

Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but errors and progress.")]
Force = Annotated[bool, typer.Option("--force", help="Save it even if the last was better.")]
Reuse = Annotated[
    bool, typer.Option("--reuse", help="Only certify anew where the questions are the same.")
]
Seed = Annotated[int, typer.Option(help="What the random parts are drawn from.")]
GateFile = Annotated[
    Path | None, typer.Option(help="Labelled JSONL on which the last model must not be better.")
]
Damage = Annotated[
    bool, typer.Option("--damage", help="Damage the messages, and see what survives.")
]
Removed = Annotated[
    bool, typer.Option("--removed", help="Ask the file's questions without their own entries.")
]
LabelledFile = Annotated[
    Path | None, typer.Argument(help="Labelled JSONL; without it, cross-validation by manner.")
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(train)
    app.command()(evaluate)
    app.command()(decide)


def train(
    kb: Kb = None,
    seed: Seed = 0,
    labelled: GateFile = None,
    *,
    quiet: Quiet = False,
    force: Force = False,
    reuse: Reuse = False,
) -> None:
    """Train the model of the knowledge base, and say how good it is."""
    # It may be the first to make DATA_DIR, where people's words will lie.
    keep_files_private()
    end_as_interrupted()
    try:
        lines = _train(load_settings(kb), seed, labelled, force=force, reuse=reuse)
    except KeyboardInterrupt:
        if quiet:  # whoever started this one says that it was stopped
            raise typer.Exit(STOPPED) from None
        raise
    if not quiet:
        typer.echo(paint("\n".join(lines), style_figures))


def _train(
    settings: Settings, seed: int, labelled: Path | None, *, force: bool, reuse: bool
) -> list[str]:
    from bot.cli.output.training import train_lines  # noqa: PLC0415 - imports scikit-learn

    return train_lines(settings, seed, labelled, force=force, reuse=reuse)


def evaluate(
    labelled: LabelledFile = None,
    kb: Kb = None,
    seed: Seed = 0,
    *,
    damage: Damage = False,
    removed: Removed = False,
) -> None:
    """Score the model on labelled messages, or by leaving one manner of asking out at a time."""
    if removed and labelled is None:
        raise typer.BadParameter("give the file of labelled questions that --removed asks")
    settings = load_settings(kb)
    if labelled is None:
        lines = _cross_validate(settings, seed, damage=damage)
    else:
        lines = _score(settings, labelled, seed, damage=damage, removed=removed)
    typer.echo(paint("\n".join(lines), style_figures))


def _cross_validate(settings: Settings, seed: int, *, damage: bool) -> list[str]:
    from bot.cli.output.training import cross_validation_lines, damage_lines  # noqa: PLC0415 - imports scikit-learn

    return (damage_lines if damage else cross_validation_lines)(settings, seed)


def _score(
    settings: Settings, labelled: Path, seed: int, *, damage: bool, removed: bool
) -> list[str]:
    from bot.cli.output import scores  # noqa: PLC0415 - starts fast without it

    if removed:
        return scores.removed_lines(settings, labelled, seed)
    if damage:
        return scores.damage_lines(settings, labelled, seed)
    return scores.score_lines(settings, labelled)


def decide(kb: Kb = None) -> None:
    """Read questions as JSONL on stdin, write decisions as JSONL on stdout."""
    from bot.cli.output.decide import decisions  # noqa: PLC0415 - starts fast without it
    from bot.service.served_model import load_or_train_model  # noqa: PLC0415

    failed = False
    for decision in decisions(sys.stdin.buffer, load_or_train_model(load_settings(kb))):
        failed |= "error" in decision
        typer.echo(json.dumps(decision))
    if failed:
        raise typer.Exit(1)
