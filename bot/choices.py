"""What a button carries: at most 64 bytes that name a turn and a candidate of it."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["candidate", "none", "yes", "no"]

_LETTERS: dict[str, Kind] = {"c": "candidate", "n": "none", "y": "yes", "u": "no"}
_FORM = re.compile(r"([cnyu]):([0-9]{1,19}):([0-9]{1,3})")


class Choice(NamedTuple):
    """A button pressed: what it says, of which turn and of which of its candidates."""

    kind: Kind
    turn: int
    candidate: int


def candidate(turn: int, index: int) -> str:
    """Show candidate ``index`` of a turn."""
    return f"c:{turn}:{index}"


def none(turn: int) -> str:
    """None of the suggestions of a turn."""
    return f"n:{turn}:0"


def useful(turn: int, index: int, *, helped: bool) -> str:
    """Whether candidate ``index`` of a turn helped."""
    return f"{'y' if helped else 'u'}:{turn}:{index}"


def parse(data: str) -> Choice | None:
    """The choice that ``data`` stands for; None when it is not one of ours."""
    found = _FORM.fullmatch(data)
    if not found:
        return None
    return Choice(_LETTERS[found[1]], int(found[2]), int(found[3]))
