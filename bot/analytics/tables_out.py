"""Writes rows as files for other programs: CSV for a spreadsheet, JSON lines for a program."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Value: TypeAlias = "str | int | float | bool | datetime | date | None"

BOM = "\ufeff"
"""Without it, a spreadsheet takes accents for something else."""

_FORMULA = frozenset("=+-@|%")
_CONTROL = frozenset("\t\r\n")


def as_csv(columns: Iterable[str], rows: Iterable[Mapping[str, Value]]) -> Iterator[str]:
    """Lines with ``;`` between quoted cells, none of which is read as a formula.

    Args:
        columns: names of the columns, in order.
        rows: one mapping a row; what it lacks is an empty cell.
    """
    names = list(columns)
    yield BOM + _line(names)
    for row in rows:
        yield _line([_cell(row.get(name)) for name in names])


def as_json_lines(columns: Iterable[str], rows: Iterable[Mapping[str, Value]]) -> Iterator[str]:
    """One JSON object a line; arguments as of :func:`as_csv`."""
    names = list(columns)
    for row in rows:
        found = {name: _plain(row.get(name)) for name in names}
        yield json.dumps(found, ensure_ascii=False) + "\n"


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would calculate a cell that holds this text.

    Blanks, signs that are not seen and full-width letters before it are looked through: programs
    differ in what they pass over.
    """
    if text[:1] in _CONTROL:
        return True
    for sign in unicodedata.normalize("NFKC", text):
        if sign.isspace() or unicodedata.category(sign) in ("Cf", "Cc", "Mn"):
            continue
        return sign in _FORMULA
    return False


def _line(cells: Iterable[str | int | float]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def _cell(value: Value) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "oui" if plain else "non"
    if isinstance(plain, int | float):
        # A spreadsheet in French reads a comma; a number is never a formula, minus or not.
        return str(plain).replace(".", ",")
    return f"'{plain}" if is_formula(plain) else plain


def _plain(value: Value) -> str | int | float | bool | None:
    return value.isoformat() if isinstance(value, date) else value
