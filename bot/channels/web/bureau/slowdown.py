"""Slows down whoever guesses passwords, by the name that is tried and by the network it is from."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FREE = 10
"""Failures before anybody has to wait."""

FIRST_WAIT, LONGEST_WAIT = 5.0, 900.0
"""Seconds to wait after one failure more; each doubles the wait."""

FORGIVEN = 3600.0
"""Seconds without a failure after which all is forgotten."""

MAX_KNOWN = 20_000


class _Failures(NamedTuple):
    number: int
    last: float


class Slowdown:
    """Counts failures by key; a success ends the count.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def wait(self, keys: Iterable[str]) -> float:
        """Seconds until the next try is heard; 0: now."""
        return max((self._wait_of(key) for key in keys), default=0.0)

    def note(self, keys: Iterable[str], *, failed: bool) -> None:
        """One more failure of each key; a success has them count from the start again."""
        if not failed:
            for key in keys:
                self._failures.pop(key, None)
            return
        now = self._clock()
        for key in keys:
            before = self._failures.get(key, _Failures(0, now))
            number = 0 if now - before.last > FORGIVEN else before.number
            self._failures[key] = _Failures(number + 1, now)
            self._failures.move_to_end(key)
        while len(self._failures) > MAX_KNOWN:
            self._failures.popitem(last=False)

    def _wait_of(self, key: str) -> float:
        number, last = self._failures.get(key, _Failures(0, 0.0))
        if number < FREE:
            return 0.0
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(number - FREE, 30))
        return max(0.0, last + wait - self._clock())
