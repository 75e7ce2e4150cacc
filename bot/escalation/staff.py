"""Who answers for the desks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Staff:
    """Whoever answers for desks.

    Attributes:
        id: of the row.
        name: what colleagues see; empty once erased.
        desks: ids of the desks; empty: those whose group they are in.
        active: whether they may.
    """

    id: int
    name: str
    desks: tuple[str, ...] = ()
    active: bool = True
