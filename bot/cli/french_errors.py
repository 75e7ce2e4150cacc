"""What somebody is told who wrote a command of the editor wrongly, in French."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING

import typer
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MISUSE = 2
_UNKNOWN_COMMAND = re.compile(r"No such command '(.*?)'\.")
_TOO_MUCH = re.compile(r"unexpected extra argument\S* \((.*)\)")


@contextmanager
def tell_misuse_in_french(path: str, commands: Sequence[str] = ()) -> Iterator[None]:
    """Tell on stderr, in French, what is wrong with a command line; the exit code is 2.

    Args:
        path: the command as it is called, for errors that do not say whose they are.
        commands: the names of which one may have been meant.
    """
    try:
        yield
    except NoArgsIsHelpError as error:
        # The library's own way shows nothing where the page has no boxes.
        print(error.format_message(), file=sys.stderr)  # noqa: T201
        raise typer.Exit(MISUSE) from None
    except UsageError as error:
        print("\n".join(_lines(error, path, commands)), file=sys.stderr)  # noqa: T201
        raise typer.Exit(MISUSE) from None


def _lines(error: UsageError, path: str, commands: Sequence[str]) -> Iterator[str]:
    whose = error.ctx.command_path if error.ctx else path
    yield f"{whose} : {_of_the_line(error) or _of_words(error, commands)}"
    if error.ctx:
        yield error.ctx.get_usage().replace("Usage: ", "Usage : ")
    yield f"Aide : {whose} --help"


def _of_the_line(error: UsageError) -> str:
    """What is wrong with an option or an argument; empty when it is something else."""
    if isinstance(error, MissingParameter):
        return f"il manque {_name(error)}."
    if isinstance(error, BadParameter):
        return f"la valeur donnée pour {_name(error)} ne convient pas."
    if isinstance(error, NoSuchOption):
        return f"l’option {error.option_name} n’existe pas{_offer(error.possibilities or ())}"
    if isinstance(error, BadOptionUsage):
        needless = "does not take" in error.message
        wants = "ne prend pas de valeur" if needless else "attend une valeur"
        return f"l’option {error.option_name} {wants}."
    return ""


def _of_words(error: UsageError, commands: Sequence[str]) -> str:
    """What is wrong with a word that stands where a command or nothing should."""
    if found := _UNKNOWN_COMMAND.search(error.message):
        near = get_close_matches(found[1], commands)
        return f"la commande « {found[1]} » n’existe pas{_offer(near)}"
    if found := _TOO_MUCH.search(error.message):
        return f"ceci est de trop : {found[1]}"
    return "cette commande ne se lit pas."


def _name(error: BadParameter) -> str:
    if error.param is None:
        return "une valeur"
    return error.param.metavar or " / ".join(error.param.opts)


def _offer(near: Sequence[str]) -> str:
    return f" ; voulez-vous dire {' ou '.join(sorted(near))} ?" if near else "."
