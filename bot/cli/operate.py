"""``doctor``, ``export``, ``forget``, ``purge``, ``backup``, ``restore``: beside the service."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.figures import Since, Until  # noqa: TC001 - typer reads the annotation
from bot.cli.options import Kb, check_period
from bot.cli.output.styles import paint, style_finding
from bot.ops.process import keep_files_private
from bot.ops.settings import load_settings

if TYPE_CHECKING:
    from bot.analytics.exporting import Format
    from bot.store.exports import Exported

Chat = Annotated[str, typer.Option(help="The channel's own number of the chat.")]
Channel = Annotated[Literal["telegram", "web", "terminal"], typer.Option(help="Where the chat is.")]
What = Annotated[
    Literal["turns", "episodes", "labels", "tickets"] | None,
    typer.Argument(help="Rows to export; none of them names a person."),
]
ChatToExport = Annotated[
    str | None, typer.Option("--chat", help="The channel's own number of the chat.")
]
Form = Annotated[
    Literal["csv", "jsonl", "parquet"], typer.Option("--format", help="How rows are written.")
]
Texts = Annotated[bool, typer.Option("--texts", help="With what people wrote, masked.")]
Now = Annotated[
    str | None, typer.Option(help="The moment to reckon from (ISO 8601), to see it work.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")]


def _name_a_file(file: Path | None) -> Path | None:
    if str(file) == "-":
        raise typer.BadParameter("a backup is a file, which is checked when it is whole")
    return file


NewBackup = Annotated[
    Path | None,
    typer.Argument(
        callback=_name_a_file, help="The file to write; by default named after this moment."
    ),
]
OldBackup = Annotated[
    Path, typer.Argument(callback=_name_a_file, help="A file that `backup` wrote.")
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(doctor)
    app.command()(export)
    app.command()(forget)
    app.command()(purge)
    app.command()(backup)
    app.command()(restore)


def doctor(kb: Kb = None, *, as_json: AsJson = False) -> None:
    """Look at everything that the service stands on; exits 1 when something is not in order."""
    from bot.service.doctor.doctor import examine, render_report  # noqa: PLC0415 - imports every library there is

    # What a library logs of a failure, with its traceback, says no more than the check does.
    logging.getLogger().addHandler(logging.NullHandler())
    report = asyncio.run(examine(kb))
    typer.echo(paint(render_report(report, as_json=as_json), style_finding))
    if report.failed:
        raise typer.Exit(1)


def export(
    what: What = None,
    *,
    chat: ChatToExport = None,
    channel: Channel = "telegram",
    since: Since = None,
    until: Until = None,
    form: Form = "csv",
    kb: Kb = None,
    texts: Texts = False,
) -> None:
    """Print what is kept of one person's chat, or rows of a period that name nobody."""
    if chat is not None and what is None:
        typer.echo(_person(kb, channel, _parse_chat(channel, chat)))
        return
    if what is None or chat is not None:
        raise typer.BadParameter("name either what to export or a chat", param_hint="--chat")
    _rows(kb, what, since, until, form, texts=texts)


def _rows(
    kb: Kb,
    what: Exported,
    since: datetime | None,
    until: datetime | None,
    form: Format,
    *,
    texts: bool,
) -> None:
    from bot.service import figures_out  # noqa: PLC0415 - imports the database library

    cohort = figures_out.period(*check_period(since, until))
    out = _bytes_out(form)
    asyncio.run(figures_out.write_rows(load_settings(kb), cohort, what, form, out, texts=texts))


def _bytes_out(form: str) -> IO[bytes]:
    """Standard output; a terminal shows no file that is not text."""
    if form == "parquet" and sys.stdout.isatty():
        raise typer.BadParameter("send it to a file: ... > rows.parquet", param_hint="--format")
    return sys.stdout.buffer


def _person(kb: Kb, channel: str, chat: str) -> str:
    from bot.service import personal_data  # noqa: PLC0415 - imports the database library

    return asyncio.run(personal_data.export(load_settings(kb), channel, chat))


def forget(chat: Chat, channel: Channel = "telegram", kb: Kb = None) -> None:
    """Erase all that leads back to one person's chat."""
    from bot.service import personal_data  # noqa: PLC0415 - imports the database library

    named = _parse_chat(channel, chat)
    typer.echo("\n".join(asyncio.run(personal_data.forget(load_settings(kb), channel, named))))


def purge(now: Now = None, kb: Kb = None) -> None:
    """Erase what has been kept for longer than the settings allow."""
    from bot.service import personal_data  # noqa: PLC0415 - imports the database library

    typer.echo("\n".join(asyncio.run(personal_data.purge(load_settings(kb), _moment(now)))))


def backup(file: NewBackup = None, kb: Kb = None) -> None:
    """Copy the database, under a running service too, with its key into one private file."""
    from bot.service.copies import backup_lines  # noqa: PLC0415 - imports the database library

    typer.echo("\n".join(backup_lines(load_settings(kb), file)))


def restore(file: OldBackup, kb: Kb = None) -> None:
    """Put a backup in the place of the database, which is kept aside; stop the service first."""
    from bot.service.copies import restore_lines  # noqa: PLC0415 - imports the database library

    keep_files_private()
    typer.echo("\n".join(restore_lines(load_settings(kb), file)))


def _parse_chat(channel: str, chat: str) -> str:
    """The chat; who mistypes it must not believe that somebody was found, or erased."""
    named = chat.strip()
    if channel == "telegram" and not re.fullmatch(r"-?[0-9]+", named):
        known = "in Telegram it is a whole number, such as 12345, or -1001234567890 for a group"
        raise typer.BadParameter(known, param_hint="--chat")
    if not named:
        raise typer.BadParameter("it is empty: name the chat", param_hint="--chat")
    return named


def _moment(given: str | None) -> datetime | None:
    """The moment; without a zone, it is meant in UTC."""
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(
            "it must be a date or a moment such as 2026-11-24 or 2026-11-24T03:00:00+01:00",
            param_hint="--now",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
