"""``accounts``: who may log in to the bureau."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated, Literal

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.ops.settings import load_settings

Name = Annotated[str, typer.Argument(help="The name of the account.")]
RoleOption = Annotated[
    Literal["lecteur", "agent", "éditeur", "admin"],
    typer.Option("--role", help="What they may do: see figures, answer tickets, edit, or all."),
]
Desks = Annotated[
    list[str] | None, typer.Option("--desk", help="A desk whose tickets an agent sees.")
]
Stdin = Annotated[
    bool, typer.Option("--stdin", help="Read the password from standard input, one line.")
]


def build_app() -> typer.Typer:
    """The commands below ``accounts``."""
    app = typer.Typer(help="Who may log in to /bureau.", no_args_is_help=True)
    app.command()(add)
    app.command("list")(list_accounts)
    app.command()(disable)
    app.command()(password)
    return app


def add(
    name: Name,
    role: RoleOption = "lecteur",
    desks: Desks = None,
    kb: Kb = None,
    *,
    stdin: Stdin = False,
) -> None:
    """Make an account; without --stdin, print a link that opens once, to choose a password."""
    from bot.service import accounts  # noqa: PLC0415 - imports the database library

    given = _read_password() if stdin else None
    work = accounts.add(load_settings(kb), name, role, tuple(desks or ()), given)
    typer.echo(asyncio.run(work))


def list_accounts(kb: Kb = None) -> None:
    """Print every account with its role and state."""
    from bot.service import accounts  # noqa: PLC0415 - imports the database library

    typer.echo("\n".join(asyncio.run(accounts.describe_all(load_settings(kb)))))


def disable(name: Name, kb: Kb = None) -> None:
    """Let an account in no more, and end its logins at once."""
    from bot.service import accounts  # noqa: PLC0415 - imports the database library

    typer.echo(asyncio.run(accounts.disable(load_settings(kb), name)))


def password(name: Name, kb: Kb = None, *, stdin: Stdin = False) -> None:
    """Set another password; without --stdin, print a link that opens once."""
    from bot.service import accounts  # noqa: PLC0415 - imports the database library

    given = _read_password() if stdin else None
    typer.echo(asyncio.run(accounts.set_password(load_settings(kb), name, given)))


def _read_password() -> str:
    """One line of standard input; it is never an argument, which every process may see."""
    return sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""
