"""JSON Lines: one JSON value a line, UTF-8, blank lines skipped, a byte order mark ignored."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from kb.problems import KbError, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class JsonLinesError(KbError):
    """A file cannot be read at all, or is not UTF-8; the message says which of them."""


class JsonLine(NamedTuple):
    """A line that is not blank: its number, from 1, and its bytes."""

    number: int
    raw: bytes

    def read_object(self) -> dict[str, Any]:
        """The JSON object that the line holds.

        Raises:
            UnicodeDecodeError: it is not UTF-8.
            ValueError: it is not JSON, or no object.
            RecursionError: it is nested too deeply.
        """
        row = json.loads(self.raw.decode("utf-8"))
        if not isinstance(row, dict):
            raise ValueError("not an object")  # noqa: TRY004 - a bad line, as when it is no JSON
        return row


def json_lines(lines: Iterable[bytes]) -> Iterator[JsonLine]:
    """The lines that hold something, with their numbers; read one by one."""
    for number, line in enumerate(lines, 1):
        if raw := line.removeprefix(codecs.BOM_UTF8).strip():
            yield JsonLine(number, raw)


def read_json_lines(path: Path) -> list[JsonLine]:
    """The lines of a whole file.

    Raises:
        JsonLinesError: the file cannot be read, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
        data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = f"cannot read {path}: {reason_of(error)}; give a UTF-8 JSONL file"
        raise JsonLinesError(said) from None
    # Lines of bytes end at a line feed alone: a JSON text may hold a Unicode line separator.
    return list(json_lines(data.split(b"\n")))
