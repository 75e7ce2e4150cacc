"""How often Telegram lets a bot speak."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass, field

from tests.fakes.bot_api_rules import Refusal


@dataclass(slots=True)
class Window:
    """At most ``most`` calls in any ``seconds``."""

    most: int
    seconds: float
    _times: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until a call fits; 0: it fits now."""
        while self._times and self._times[0] <= now - self.seconds:
            self._times.popleft()
        return 0.0 if len(self._times) < self.most else self._times[0] + self.seconds - now

    def take(self, now: float) -> None:
        """Count a call."""
        self._times.append(now)


@dataclass(slots=True)
class FloodLimits:
    """30 sends a second in all, 20 a minute in a group; a call that was refused does not count."""

    a_second: int = 30
    a_minute_in_a_group: int = 20
    refused: int = 0
    _overall: Window = field(init=False)
    _groups: dict[int, Window] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._overall = Window(self.a_second, 1.0)

    def check(self, chat: int) -> None:
        """Let a send through.

        Raises:
            Refusal: it is one too many.
        """
        windows = [self._overall]
        if chat < 0:
            fresh = Window(self.a_minute_in_a_group, 60.0)
            windows.append(self._groups.setdefault(chat, fresh))
        now = time.monotonic()
        wait = max(window.wait(now) for window in windows)
        if wait > 0:
            self.refused += 1
            seconds = math.ceil(wait)
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        for window in windows:
            window.take(now)
