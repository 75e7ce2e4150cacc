"""What the buttons of a ticket carry: an act, and the ticket or the desk that it is about."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, get_args

Act = Literal[
    "begin",
    "send",
    "detail",
    "contact",
    "anonymous",
    "desks",
    "to",
    "cancel",
    "close",
    "aside",
    "reopen",
    "rate",
    "status",
    "receipt",
    "mail",
    "nomail",
]
"""In the preview: begin it, send, add a detail, show or hide the contact, choose a desk, that one,
cancel. Of a ticket: close it, ask the bot something else, reopen it, rate it, show all, give a new
code by which it is found again. Of both: leave an e-mail for the answer, or take it back."""

ACTS: frozenset[str] = frozenset(get_args(Act))
_FORM = re.compile(r"t:([a-z]{1,12}):([0-9]{1,19}):([0-9a-f]{0,12})")


KEPT: frozenset[str] = frozenset({"rate"})
"""Acts whose buttons stay: one may change one's mind."""


class TicketChoice(NamedTuple):
    """A button of a ticket that was pressed.

    Attributes:
        act: what it is for.
        number: id of the ticket or the turn; 0: of none.
        value: a rating, or the key of a desk.
    """

    act: Act
    number: int = 0
    value: str = ""


def data(act: Act, number: int = 0, value: str = "") -> str:
    """What a button carries: ``t:rate:12:5``."""
    return f"t:{act}:{number}:{value}"


def parse(pressed: str) -> TicketChoice | None:
    """The choice that a button stands for; None when it is none of a ticket's."""
    found = _FORM.fullmatch(pressed)
    if found is None or found[1] not in ACTS:
        return None
    return TicketChoice(found[1], int(found[2]), found[3])  # type: ignore[arg-type]


def may_be_pressed_again(pressed: str) -> bool:
    """Whether a button and its neighbours stay where they are after a press."""
    choice = parse(pressed)
    return choice is not None and choice.act in KEPT
