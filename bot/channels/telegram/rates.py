"""How much one chat may ask."""

from __future__ import annotations

import time
from enum import Enum
from typing import TYPE_CHECKING

from bot.ops.rates import MINUTE, Rate

if TYPE_CHECKING:
    from collections.abc import Callable

GROUP_FACTOR = 4
"""Times the limit for a group: many people ask there, and sending is paced anyway."""

ASIDE_FACTOR = 4
"""Times the limit for presses and searches, which cost little."""


class Allowed(Enum):
    """Whether a chat gets an answer: yes, no, or no with a notice that says so."""

    YES = 1
    NO = 2
    TOLD = 3


class ChatRates:
    """Counts the answers of each chat over the last minute.

    Args:
        limit: answers a minute.
        clock: seconds that only grow.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._answers = Rate(limit, MINUTE, clock)
        self._words = Rate(1, MINUTE, clock)

    def ask(self, chat: str, factor: int = 1) -> Allowed:
        """Whether the chat gets an answer now; an answer counts.

        A chat is told at most once a minute that it asks too much.

        Args:
            chat: its pseudonym, or a name for a part of what it does.
            factor: how many times the limit it may have.
        """
        if not self._answers.wait(chat, factor):
            return Allowed.YES
        return Allowed.NO if self._words.wait(chat) else Allowed.TOLD
