"""Read labelled utterances with splits: one JSON object a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from classifier.benchmark.intents import Labelled
from classifier.errors import LabelError
from kb.jsonl import JsonLine, JsonLinesError, read_json_lines

if TYPE_CHECKING:
    from pathlib import Path

SPLITS = ("train", "val", "test")

OUTSIDE = "oos"
"""The label of what is out of scope."""


class _Line(NamedTuple):
    number: int
    split: str
    row: Labelled


def read_utterances(path: Path) -> dict[str, list[Labelled]]:
    """The rows of a JSONL file by split: train, val (perhaps empty) and test.

    Raises:
        LabelError: unreadable, a line lacks something, or there is nothing to train or test.
    """
    try:
        found = [_line(path, line) for line in read_json_lines(path)]
    except JsonLinesError as error:
        raise LabelError(str(error)) from None
    _check_taught(path, found)
    return {name: [line.row for line in found if line.split == name] for name in SPLITS}


def _line(path: Path, line: JsonLine) -> _Line:
    try:
        data = line.read_object()
        text, label = str.strip(data["text"]), str.strip(data["label"])
        split = next(name for name in SPLITS if name == data["split"])
    except (ValueError, KeyError, TypeError, StopIteration, RecursionError):
        label = ""
    if not label:
        raise LabelError(
            f"{path}:{line.number}: needs an object with text, label (`{OUTSIDE}` is out of scope) "
            f"and split (one of {', '.join(SPLITS)})"
        )
    return _Line(line.number, split, Labelled(text, label))


def _check_taught(path: Path, found: list[_Line]) -> None:
    taught = {line.row.label for line in found if line.split == "train"} - {OUTSIDE}
    if not taught or not any(line.split == "test" for line in found):
        raise LabelError(f"{path} needs labelled rows of both splits `train` and `test`")
    for line in found:
        if line.row.label not in taught and line.row.label != OUTSIDE:
            raise LabelError(
                f"{path}:{line.number}: no row of the split `train` has the label "
                f"`{line.row.label}`; add some, or give it the label `{OUTSIDE}`"
            )
