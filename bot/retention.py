"""How long what a chat leaves behind is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retention:
    """The periods that a person is told; whoever purges goes by the same settings.

    Attributes:
        text_days: how long the masked text of a message is kept; 0: texts are not kept.
        turns_days: how long what was decided on it is kept.
    """

    text_days: int = 90
    turns_days: int = 395
