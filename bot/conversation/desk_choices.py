"""What the buttons carry that a desk is shown: an act, the ticket, and the entry it is about."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, get_args

Act = Literal["answer", "stop"]
"""Prepare a published answer, which is sent after some seconds; do not send it after all."""

_FORM = re.compile(rf"d:({'|'.join(get_args(Act))}):([0-9]{{1,19}}):([0-9a-f]{{12}})")


class DeskChoice(NamedTuple):
    """A button of a desk's that was pressed: what for, of which ticket, the key of the entry."""

    act: Act
    ticket: int
    entry: str


def data(act: Act, ticket: int, entry: str) -> str:
    """What a button carries: ``d:answer:12:0123456789ab``."""
    return f"d:{act}:{ticket}:{entry}"


def parse(pressed: str) -> DeskChoice | None:
    """The choice that a button stands for; None when it is none of a desk's."""
    found = _FORM.fullmatch(pressed)
    return DeskChoice(found[1], int(found[2]), found[3]) if found else None  # type: ignore[arg-type]
