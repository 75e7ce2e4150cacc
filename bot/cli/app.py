"""The commands: a thin skin that builds things and prints, and knows no business rule."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from bot.cli import (
    accounts,
    autonomy,
    benchmark,
    content,
    figures,
    mail,
    model,
    operate,
    proposals,
    review,
    talk,
    tickets,
)
from bot.cli.help_pages import PlainGroup, show_flags_plainly
from bot.cli.streams import prepare_streams
from bot.ops.errors import BotError, ListenError, TokenRefusedError, reason_of
from bot.ops.settings import SettingsError
from bot.ops.version import program_version
from bot.scrubbing.word_lists import WordListError
from bot.store import AddressError
from classifier.errors import ClassifierError
from kb.problems import KbError

NOT_IN_ORDER, MISUSE, TOKEN_REFUSED, INTERRUPTED = 1, 2, 3, 130

EXIT_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (SettingsError, MISUSE),
    (ListenError, MISUSE),
    (AddressError, MISUSE),
    (TokenRefusedError, TOKEN_REFUSED),
    (KeyboardInterrupt, INTERRUPTED),
    (BotError, NOT_IN_ORDER),
    (WordListError, NOT_IN_ORDER),
    (ClassifierError, NOT_IN_ORDER),
    (KbError, NOT_IN_ORDER),
    (OSError, NOT_IN_ORDER),
)
"""Error -> exit code; the first line that fits counts, so the narrower kinds stand first."""


def build_app() -> typer.Typer:
    """Every command of ``aiguilleur``."""
    app = typer.Typer(
        name="aiguilleur",
        cls=PlainGroup,
        help="Support-ticket triage in French.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(take_options)
    talk.add_to(app)
    model.add_to(app)
    benchmark.add_to(app)
    operate.add_to(app)
    figures.add_to(app)
    proposals.add_to(app)
    app.add_typer(content.build_app(), name="kb")
    app.add_typer(review.build_app(), name="review")
    app.add_typer(accounts.build_app(), name="accounts")
    app.add_typer(autonomy.build_app(), name="autonomy")
    app.add_typer(tickets.build_ticket_app(), name="tickets")
    app.add_typer(tickets.build_desk_app(), name="desks")
    app.add_typer(proposals.build_propose_app(), name="propose")
    app.add_typer(mail.build_mail_app(), name="mail")
    show_flags_plainly(app)
    return app


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        typer.echo(f"aiguilleur {program_version()}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say which it is.")
]


def take_options(*, version: Version = False) -> None:
    """Support-ticket triage in French."""
    del version  # said already, before any command runs


def main() -> NoReturn:
    """Run the command line; every known failure is one clear message and an exit code."""
    prepare_streams()
    try:
        build_app()()
    except SystemExit as ended:
        # Typer takes an interruption for an end like any other, and says nothing.
        if ended.code == INTERRUPTED:
            _stop(KeyboardInterrupt())
        raise
    except tuple(kind for kind, _ in EXIT_CODES) as error:
        _stop(error)
    sys.exit(0)


def exit_code(error: BaseException) -> int:
    """The exit code of a known failure.

    Raises:
        StopIteration: the failure is none that ``EXIT_CODES`` knows.
    """
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


def _stop(error: BaseException) -> NoReturn:
    if isinstance(error, OSError):
        # The disk is full or the reader left, as head does: stdout takes nothing more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    print(_message(error), file=sys.stderr)  # noqa: T201
    sys.exit(exit_code(error))


def _message(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if not isinstance(error, OSError):
        return str(error)
    where = f"{error.filename}: " if error.filename else ""
    return f"cannot go on: {where}{reason_of(error)}; mend that and retry"
