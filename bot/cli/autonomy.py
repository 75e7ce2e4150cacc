"""``autonomy``: what each entry may say by itself."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.ops.settings import load_settings

Entry = Annotated[str, typer.Argument(help="The id of the entry: its file's name.")]
To = Annotated[
    Literal["demande", "propose"],
    typer.Option(help="Suggested to askers first, or offered to agents alone."),
]


def build_app() -> typer.Typer:
    """The commands below ``autonomy``."""
    app = typer.Typer(help="What each entry may say by itself.", no_args_is_help=True)
    app.command("list")(list_entries)
    app.command()(lower)
    return app


def list_entries(kb: Kb = None) -> None:
    """Print every entry that labels say anything of, those that may do less first."""
    from bot.service import autonomy_out  # noqa: PLC0415 - imports the database library

    typer.echo("\n".join(asyncio.run(autonomy_out.describe(load_settings(kb)))))


def lower(entry: Entry, to: To = "demande", kb: Kb = None) -> None:
    """Lower an entry by hand; nothing raises one but labels."""
    from bot.service import autonomy_out  # noqa: PLC0415 - imports the database library

    typer.echo(asyncio.run(autonomy_out.lower(load_settings(kb), entry, to)))
