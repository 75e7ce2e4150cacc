"""Long lists, a leaf at a time: a page of hundreds of rows is read by nobody, least on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

T = TypeVar("T")
ROWS = 50
"""Rows of a leaf."""

LAST = 1_000
"""An address may name any number; more leaves than that are none."""


@dataclass(frozen=True, slots=True)
class Leaf(Generic[T]):
    """Some rows of a list.

    Attributes:
        rows: those to be shown.
        first: the place of the first one in the whole list, from 1.
        before: the address of the rows before; None: there are none.
        after: the address of those after; None: there are none.
    """

    rows: Sequence[T]
    first: int
    before: str | None
    after: str | None

    @property
    def last(self) -> int:
        """The place of the last one."""
        return self.first + len(self.rows) - 1


def leaf_number(request: Request) -> int:
    """Which leaf an address asks for, from 1; what it names badly is the first."""
    asked = request.query_params.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) <= len(str(LAST)) else 1
    return min(max(number, 1), LAST)


def cut_leaf(request: Request, rows: Sequence[T]) -> Leaf[T]:
    """The leaf that an address asks for; one behind the end is the last one.

    Args:
        request: its address is kept but for the number.
        rows: all of them, or all up to one behind the leaf that is asked for.
    """
    number = min(leaf_number(request), max(1, -(-len(rows) // ROWS)))
    first, end = (number - 1) * ROWS, number * ROWS
    return Leaf(
        rows[first:end],
        first + 1,
        _address(request, number - 1) if number > 1 else None,
        _address(request, number + 1) if len(rows) > end else None,
    )


def _address(request: Request, number: int) -> str:
    asked = {name: value for name, value in request.query_params.items() if name != "page"}
    return f"?{urlencode({**asked, 'page': number})}"
