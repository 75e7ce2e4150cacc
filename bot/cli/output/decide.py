"""JSONL in, JSONL out: one decision a line, in the order read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kb.jsonl import JsonLine, json_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from classifier.serving.artifact import Served


def decisions(lines: Iterable[bytes], served: Served) -> Iterator[dict[str, Any]]:
    """Decide every line; a line that is not a question gives an object with ``error``.

    Args:
        lines: JSON objects with ``id`` and ``text``, UTF-8; blank lines are skipped.
        served: the model.

    Yields:
        The decision contract, or ``{"id", "line", "error"}``.
    """
    for line in json_lines(lines):
        name: Any = None
        try:
            row = _row(line)
            name = row.get("id")
            text = _text(row)
        except (ValueError, RecursionError) as error:
            yield {"id": name, "line": line.number, "error": _error_text(error)}
            continue
        yield {"id": name, **served.triage.decide(text).to_dict(served.base)}


def _row(line: JsonLine) -> dict[str, Any]:
    row = line.read_object()
    # What is read must be fit to be written: neither NaN nor 1e999 is JSON.
    json.dumps(row.get("id"), allow_nan=False)
    return row


def _text(row: dict[str, Any]) -> str:
    if not isinstance(row.get("text"), str):
        raise ValueError("it has no text")  # noqa: TRY004
    text: str = row["text"]
    return text


def _error_text(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return f'needs an object with a text "text": {error}'
