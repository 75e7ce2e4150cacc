"""``review``: what the service could not answer, to be gone through or carried elsewhere."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.ops.settings import load_settings

View = Annotated[
    Literal["open", "later", "settled", "dismissed"],
    typer.Option("--state", help="List what is in this state."),
]
Most = Annotated[int, typer.Option("--most", min=1, help="List so many groups at most.")]
File = Annotated[
    typer.FileText, typer.Argument(help="Lines of `review export`; - reads standard input.")
]
Turns = Annotated[
    list[int], typer.Argument(help="Numbers of messages, as `review list` prints them.")
]
Why = Annotated[str, typer.Option("--reason", help="Why, in a word; kept beside it.")]


def build_app() -> typer.Typer:
    """The commands below ``review``."""
    app = typer.Typer(help="What was asked in vain, for whoever edits.", no_args_is_help=True)
    app.command("list")(list_groups)
    app.command("export")(export)
    app.command("import")(import_lines)
    app.command()(dismiss)
    return app


def list_groups(view: View = "open", most: Most = 30, kb: Kb = None) -> None:
    """List groups of messages, those of most people first, with the nearest entries (French)."""
    from bot.service import review_office  # noqa: PLC0415 - imports the database library

    typer.echo(asyncio.run(review_office.describe_queue(load_settings(kb), view, most)))


def export(kb: Kb = None) -> None:
    """Print what is open as JSON lines: masked words, and nobody's chat."""
    from bot.service import review_office  # noqa: PLC0415 - imports the database library

    for line in asyncio.run(review_office.export_queue(load_settings(kb))):
        typer.echo(line)


def import_lines(file: File, kb: Kb = None) -> None:
    """Take the lines of another installation into this queue."""
    from bot.service import review_office  # noqa: PLC0415 - imports the database library

    typer.echo(asyncio.run(review_office.import_queue(load_settings(kb), file)))


def dismiss(turns: Turns, reason: Why, kb: Kb = None) -> None:
    """Set messages aside for good, with all that say the same."""
    from bot.service import review_office  # noqa: PLC0415 - imports the database library

    typer.echo(asyncio.run(review_office.dismiss(load_settings(kb), turns, reason)))
