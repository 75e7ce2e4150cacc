"""Reads ``.env`` as it is written: nothing in it is replaced, and nothing is passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dotenv.parser import parse_stream

if TYPE_CHECKING:
    from pathlib import Path

    from dotenv.parser import Binding, Original


class EnvFileError(Exception):
    """A line of the file sets nothing; the message names the line and what it needs."""


def read_env_file(file: Path) -> dict[str, str]:
    """The settings of the file by their name in lower case, empty ones left out.

    A value is what its line says: ``${HOME}`` stays ``${HOME}``, so that no secret changes. The
    file may be a pipe, as some password managers give it; a missing one holds nothing.

    Raises:
        EnvFileError: a line is no ``NAME=value``, which the library would pass over.
        OSError, UnicodeDecodeError: it cannot be read.
    """
    if not (file.is_file() or file.is_fifo()):
        return {}
    with file.open(encoding="utf-8-sig") as text:
        lines = list(parse_stream(text))
    if wrong := next((line.original for line in lines if _sets_nothing(line)), None):
        raise EnvFileError(
            f"line {_number(wrong)} of {file} is not NAME=value, or a quotation mark is not "
            "closed; mend it"
        )
    return {line.key.lower(): line.value for line in lines if line.key and line.value}


def _sets_nothing(line: Binding) -> bool:
    return line.error or (line.key is not None and line.value is None)


def _number(line: Original) -> int:
    blank = len(line.string) - len(line.string.lstrip())
    return line.line + line.string.count("\n", 0, blank)
