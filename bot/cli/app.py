"""The commands: a thin skin that builds things and prints, and knows no business rule."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from bot.cli import benchmark, content, model, operate, talk
from bot.ops.errors import ListenError, TokenRefusedError
from bot.ops.settings import SettingsError
from bot.store import AddressError, StoreError
from classifier.errors import LabelError, TrainingError, WorseModelError
from classifier.serving.artifact import ArtifactError
from kb.problems import ContentError

KNOWN_FAILURES = (
    ArtifactError,
    ContentError,
    LabelError,
    StoreError,
    TrainingError,
    WorseModelError,
)
NOT_IN_ORDER, MISUSE, TOKEN_REFUSED, INTERRUPTED = 1, 2, 3, 130


def build_app() -> typer.Typer:
    """Every command of ``aiguilleur``."""
    app = typer.Typer(
        name="aiguilleur",
        help="Support-ticket triage in French.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    talk.add_to(app)
    model.add_to(app)
    benchmark.add_to(app)
    operate.add_to(app)
    app.add_typer(content.build_app(), name="kb")
    return app


def main() -> NoReturn:
    """Run the command line; every known failure is one clear message and an exit code."""
    try:
        build_app()()
    except (SettingsError, ListenError, AddressError) as error:
        _stop(str(error), MISUSE)
    except TokenRefusedError as error:
        _stop(str(error), TOKEN_REFUSED)
    except KNOWN_FAILURES as error:
        _stop(str(error), NOT_IN_ORDER)
    except KeyboardInterrupt:
        _stop("interrupted", INTERRUPTED)
    except OSError as error:
        # The disk is full or the reader left, as head does: stdout takes nothing more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _stop(f"cannot go on: {error}; mend that and retry", NOT_IN_ORDER)
    sys.exit(0)


def _stop(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)  # noqa: T201
    sys.exit(code)
