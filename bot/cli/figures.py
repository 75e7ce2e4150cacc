"""``promise``: whether the promise on errors holds on live traffic."""

from __future__ import annotations

import asyncio

import typer

from bot.cli.options import Kb  # noqa: TC001 - typer reads the annotation
from bot.ops.settings import load_settings


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(promise)


def promise(kb: Kb = None) -> None:
    """Say how each promise on errors stands on live traffic; exits 1 when one is broken."""
    from bot.service import live_promise  # noqa: PLC0415 - imports the database library

    lines, broken = asyncio.run(live_promise.describe(load_settings(kb)))
    typer.echo("\n".join(lines))
    if broken:
        raise typer.Exit(1)
