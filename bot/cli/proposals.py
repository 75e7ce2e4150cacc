"""``propose`` and ``replay``: changes of the knowledge base and their effect, without the pages."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import Annotated

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.ops.settings import load_settings

What = Annotated[str, typer.Argument(help="A number of `list`, or a JSON or YAML file.")]
Number = Annotated[int, typer.Argument(help="The number of a proposal.")]
Full = Annotated[bool, typer.Option("--full", help="Train the whole model, as publishing does.")]
Reason = Annotated[
    str, typer.Option("--reason", help="Why it is published though something gets worse.")
]
Weeks = Annotated[int, typer.Option(min=1, max=52, help="How far back messages are taken.")]


def build_propose_app() -> typer.Typer:
    """The commands below ``propose``."""
    app = typer.Typer(help="Changes of the knowledge base, checked first.", no_args_is_help=True)
    for command in (check, publish, revert, show):
        app.command()(command)
    app.command("list")(list_proposals)
    app.command(hidden=True)(work)
    return app


def add_to(app: typer.Typer) -> None:
    """Register ``replay``."""
    app.command()(replay)


def check(what: What, kb: Kb = None, *, full: Full = False) -> None:
    """Check a proposal and print what would change; exits 1 when it is refused."""
    from bot.service.proposals import commands  # noqa: PLC0415 - imports the database library

    lines, fine = asyncio.run(commands.check(load_settings(kb), what, full=full))
    typer.echo("\n".join(lines))
    if not fine:
        raise typer.Exit(1)


def publish(number: Number, kb: Kb = None, reason: Reason = "") -> None:
    """Add the lines of a checked proposal to the knowledge base, or print them as a patch."""
    from bot.service.proposals import commands  # noqa: PLC0415 - imports the database library

    typer.echo(asyncio.run(commands.publish(load_settings(kb), number, reason)))


def revert(number: Number, kb: Kb = None) -> None:
    """Put back what a publication has replaced, byte for byte."""
    from bot.service.proposals import commands  # noqa: PLC0415 - imports the database library

    typer.echo(asyncio.run(commands.revert(load_settings(kb), number)))


def list_proposals(kb: Kb = None) -> None:
    """Print the last proposals with their states."""
    from bot.service.proposals import commands  # noqa: PLC0415 - imports the database library

    typer.echo("\n".join(asyncio.run(commands.list_all(load_settings(kb)))))


def show(number: Number, kb: Kb = None) -> None:
    """Print what a proposal adds and what its check found."""
    from bot.service.proposals import commands  # noqa: PLC0415 - imports the database library

    typer.echo("\n".join(asyncio.run(commands.show(load_settings(kb), number))))


def work(kb: Kb = None) -> None:
    """Be the process in which a proposal is checked; the work comes on standard input."""
    from bot.ops.process import keep_files_private  # noqa: PLC0415 - as below
    from bot.service.proposals.child import work as do_work  # noqa: PLC0415 - slow to import

    keep_files_private()
    do_work(load_settings(kb), sys.stdin, sys.stdout)


def replay(
    weeks: Weeks = 4,
    kb: Annotated[
        Path | None, typer.Option("--kb", help="The knowledge base to compare with that of KB_DIR.")
    ] = None,
) -> None:
    """Decide the messages of the last weeks with the model in service and with another."""
    from bot.service.proposals.replaying import replay_lines  # noqa: PLC0415 - slow to import

    typer.echo("\n".join(replay_lines(load_settings(), load_settings(kb), weeks)))
