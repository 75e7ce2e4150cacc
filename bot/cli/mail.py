"""``aiguilleur mail ...``: what an operator does with the mailbox of the desks."""

from __future__ import annotations

import asyncio

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.ops.settings import load_settings


def build_mail_app() -> typer.Typer:
    """The commands on the mailbox."""
    app = typer.Typer(help="Look at the mailbox of the desks.", no_args_is_help=True)
    app.callback()(_mail)
    app.command()(check)
    return app


def _mail() -> None:
    """Look at the mailbox of the desks."""


def check(kb: Kb = None) -> None:
    """Send a mail to ourselves and receive it; list what was received and not relayed."""
    from bot.service.mail_check import check_mail  # noqa: PLC0415 - imports the database library

    findings, waiting = asyncio.run(check_mail(load_settings(kb)))
    for finding in findings:
        typer.echo(str(finding))
    for mail in waiting:
        head = f"{mail.at:%Y-%m-%d %H:%M} UTC, {mail.sender or 'nobody'}: {mail.subject}"
        typer.echo(f"not relayed, {mail.reason}\n     {head}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)
