"""Limits how often something is done: so many times in any stretch of time, for each key."""

from __future__ import annotations

import time
from array import array
from bisect import bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

MINUTE = 60.0
MAX_KNOWN = 50_000
"""Keys remembered at once; the one that was quiet longest is forgotten first."""


class Rate:
    """A limit in a sliding window: exact, where cheaper ways let nearly twice as many through.

    What is refused does not count, so that asking again makes no wait longer.

    Args:
        limit: how often, in any window, each key may go on.
        seconds: of the window.
        clock: seconds that only grow.
    """

    def __init__(
        self, limit: int, seconds: float = MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._moments: OrderedDict[Hashable, array[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._moments)

    def wait(self, key: Hashable, factor: int = 1, price: int = 1) -> float:
        """0 when ``key`` may go on, which counts; else the seconds until it may.

        Args:
            key: who goes on.
            factor: how many times the limit it may have.
            price: how many times it counts; above the limit, it takes all of that.
        """
        now, most = self._clock(), self._limit * factor
        price = min(price, most)
        moments = self._recent(key, now)
        if len(moments) + price > most:
            # The last that must be out of the window before there is room.
            return moments[len(moments) + price - most - 1] + self._seconds - now
        moments.extend([now] * price)
        return 0.0

    def give_back(self, key: Hashable) -> None:
        """Let the last time that ``key`` went on not count after all."""
        if moments := self._moments.get(key):
            moments.pop()

    def _recent(self, key: Hashable, now: float) -> array[float]:
        """The moments of ``key`` within the window, remembered as the latest key."""
        moments = self._moments.setdefault(key, array("d"))
        del moments[: bisect_right(moments, now - self._seconds)]
        self._moments.move_to_end(key)
        if len(self._moments) > MAX_KNOWN:
            self._moments.popitem(last=False)
        return moments
