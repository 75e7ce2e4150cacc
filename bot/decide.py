"""JSONL in, JSONL out: one decision a line, in the order read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from classifier.artifact import Served


def decisions(lines: Iterable[bytes], served: Served) -> Iterator[dict[str, Any]]:
    """Decide every line; a line that is not a question gives an object with ``error``.

    Args:
        lines: JSON objects with ``id`` and ``text``, UTF-8; blank lines are skipped.
        served: the model.

    Yields:
        The decision contract, or ``{"id", "line", "error"}``.
    """
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        row: Any = None
        try:
            row = json.loads(raw.decode("utf-8-sig"))
            text = _text(row)
        except (ValueError, RecursionError) as error:
            name = row.get("id") if isinstance(row, dict) else None
            yield {"id": name, "line": number, "error": _said(error)}
            continue
        yield {"id": row.get("id"), **served.triage.decide(text).to_dict(served.base)}


def _text(row: Any) -> str:  # noqa: ANN401 - whatever the line holds
    if not isinstance(row, dict):
        raise ValueError("not an object")  # noqa: TRY004 - a bad line, reported like the others
    if not isinstance(row.get("text"), str):
        raise ValueError("it has no text")  # noqa: TRY004
    text: str = row["text"]
    return text


def _said(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return f'needs an object with a text "text": {error}'
