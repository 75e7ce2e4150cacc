"""How long whoever writes waits for a database that cannot be used, and for how long at a stop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LAST_SECONDS = 0.5
"""For one more try when there is no time left: a database that is well needs less."""


class Patience:
    """The time that is left.

    Args:
        seconds: how long a call waits.
        clock: seconds that only grow.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._end = float("inf")

    def hurry(self, seconds: float) -> None:
        """From now on, all calls together wait no longer than this."""
        self._end = min(self._end, self._clock() + seconds)

    @property
    def is_over(self) -> bool:
        """Whether nothing waits any more."""
        return self._clock() >= self._end

    def begin(self) -> Callable[[], float]:
        """A call begins to wait; what is returned tells at any moment how many seconds it has left.

        They may be negative; they become fewer when somebody is in a hurry.
        """
        begun = self._clock()
        return lambda: min(begun + self._seconds, self._end) - self._clock()
