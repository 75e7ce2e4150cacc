"""How much one chat may ask."""

from __future__ import annotations

import time
from collections import deque
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 60.0
CHATS_KEPT = 10_000
GROUP_FACTOR = 4
"""A group is many people; what it is answered is slowed down when it is sent."""

ASIDE_FACTOR = 4
"""Presses and searches cost little, and lead on from what was answered."""


class Allowed(Enum):
    """Whether a chat gets an answer: yes, no, or no and it is told so."""

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
        self._limit = limit
        self._clock = clock
        self._times: dict[str, deque[float]] = {}
        self._told: set[str] = set()

    def ask(self, chat: str, factor: int = 1) -> Allowed:
        """Whether the chat gets an answer now; an answer counts.

        Args:
            chat: its pseudonym, or a name for a part of what it does.
            factor: how many times the limit it may have.
        """
        limit = self._limit * factor
        now = self._clock()
        times = self._times.setdefault(chat, deque())
        while times and times[0] <= now - SECONDS:
            times.popleft()
        if len(times) < limit:
            times.append(now)
            self._told.discard(chat)
            self._forget_the_quiet(now)
            return Allowed.YES
        if chat in self._told:
            return Allowed.NO
        self._told.add(chat)
        return Allowed.TOLD

    def _forget_the_quiet(self, now: float) -> None:
        if len(self._times) <= CHATS_KEPT:
            return
        quiet = [chat for chat, times in self._times.items() if times[-1] <= now - SECONDS]
        for chat in quiet:
            del self._times[chat]
            self._told.discard(chat)
