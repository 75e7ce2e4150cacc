"""``report``, ``promise``, ``digest``: what the journal teaches."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from bot.cli.help_pages import PlainGroup
from bot.cli.options import Kb, check_period
from bot.cli.output.styles import paint, style_figures
from bot.ops.settings import load_settings

Day = typer.Option(formats=["%Y-%m-%d"], help="A day of Paris, included.")
Since = Annotated[datetime | None, Day]
Until = Annotated[datetime | None, Day]
By = Annotated[
    Literal["entry", "desk", "channel"] | None,
    typer.Option(help="Count the conversations of a period by this, and what became of them."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(promise)
    app.command()(digest)
    app.add_typer(_build_report_app(), name="report")


def _build_report_app() -> typer.Typer:
    """``report``, which does something by itself, and the commands below it."""
    app = typer.Typer(cls=PlainGroup, invoke_without_command=True)
    app.callback()(report)
    app.command()(rebuild)
    return app


def report(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    by: By = None,
    kb: Kb = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the figures of the journal and of the tickets."""
    if context.invoked_subcommand:
        return
    if by or since or until or as_json:
        typer.echo(_counts(kb, since, until, by or "entry", as_json=as_json))
    else:
        typer.echo(paint(_figures(kb), style_figures))


def rebuild(kb: Kb = None) -> None:
    """Make the episodes that counts stand on anew, from the rows of the journal."""
    typer.echo(_rebuild(kb))


def _figures(kb: Kb) -> str:
    from bot.service.assemble import report_lines  # noqa: PLC0415 - imports the journal's database library

    return asyncio.run(report_lines(load_settings(kb)))


def _rebuild(kb: Kb) -> str:
    from bot.service import figures_out  # noqa: PLC0415 - imports the database library

    return asyncio.run(figures_out.rebuild(load_settings(kb)))


def _counts(
    kb: Kb, since: datetime | None, until: datetime | None, by: str, *, as_json: bool
) -> str:
    from bot.service import figures_out  # noqa: PLC0415 - imports the database library

    cohort = figures_out.period(*check_period(since, until))
    return asyncio.run(figures_out.count_by(load_settings(kb), cohort, by, as_json=as_json))


def promise(kb: Kb = None) -> None:
    """Say how each promise on errors stands on live traffic; exits 1 when one is broken."""
    from bot.service import live_promise  # noqa: PLC0415 - imports the database library

    lines, broken = asyncio.run(live_promise.describe(load_settings(kb)))
    typer.echo("\n".join(lines))
    if broken:
        raise typer.Exit(1)


DryRun = Annotated[bool, typer.Option("--dry-run", help="Print it alone, and send nothing.")]


def digest(kb: Kb = None, *, dry_run: DryRun = False) -> None:
    """Print last week in ten lines, and send it to DIGEST_CHAT unless it was sent already."""
    from bot.service.digest import print_or_send  # noqa: PLC0415 - imports the database library

    now = datetime.now(UTC)
    typer.echo(asyncio.run(print_or_send(load_settings(kb), now, dry_run=dry_run)))
