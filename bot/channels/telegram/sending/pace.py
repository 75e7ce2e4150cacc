"""Paces what is sent, by Telegram's unwritten limits and by its refusals."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from bot.ops.rates import Rate
from bot.ops.waiting import wait_at_most

if TYPE_CHECKING:
    from collections.abc import Callable

GROUP_SENDS = 18
"""Messages a minute into one group; Telegram takes about 20."""

GROUP_SECONDS = 62.0
"""A minute, and what a message may be late on its way: Telegram counts when they arrive."""

STORM_AFTER = 6
"""Refusals in a row, whatever the chat, from which on everybody waits."""

STORM_SECONDS = 60.0
"""After so long without a refusal there is no storm any more."""

EVERYBODY = "everybody"
PROBE_SECONDS = 1.0
"""Seconds between two tries while Telegram refuses everything."""


class Pace:
    """Tells each send when its turn is.

    Args:
        rate: sends a second overall; 0: as fast as Telegram takes them.
        clock: seconds that only grow.
        group_rate: messages a minute into one group; 0: as many as Telegram takes.
    """

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float] = time.monotonic,
        group_rate: int | None = None,
    ) -> None:
        self._gap = 1 / rate if rate else 0.0
        self._clock = clock
        self._next = 0.0
        # At least one, however few a second there are.
        most = max(1, int(rate))
        self._sends = Rate(most, most / rate if rate else 0.0, clock)
        self._refused = 0
        self._refused_at = float("-inf")
        self._calm = asyncio.Event()
        self._probe_at = 0.0
        self.group_sends = GROUP_SENDS if group_rate is None else group_rate
        self._groups = Rate(self.group_sends, GROUP_SECONDS, clock)
        self._held: dict[int, float] = {}
        self._slots: dict[int, float] = {}
        self._told: dict[int, float] = {}

    @property
    def stormy(self) -> bool:
        """Whether Telegram has refused so often in a row that nobody is sent anything.

        Where nothing waits to be sent, nobody finds out that it is over: it ends by itself.
        """
        quiet = self._clock() - self._refused_at
        return self._refused >= STORM_AFTER and quiet < STORM_SECONDS

    def wait_in_group(self, chat: int, messages: int = 1) -> float:
        """Seconds until a chat takes another message; only groups make us wait.

        A group that takes it now counts it; of an album, each of its ``messages``.
        """
        if chat > 0:
            return 0.0
        held = self._held.get(chat, 0.0) - self._clock()
        if held > 0:
            return held
        return self._groups.wait(chat, price=messages) if self.group_sends else 0.0

    def slot_in_group(self, chat: int, messages: int = 1) -> float:
        """The same, where many wait for one group: each is given a moment of its own.

        All of them would else come back in the same moment, and all but one be sent away again.
        """
        wait = self.wait_in_group(chat, messages)
        if not wait or not self.group_sends:
            return wait
        now, gap = self._clock(), GROUP_SECONDS / self.group_sends
        self._slots[chat] = max(now + wait, self._slots.get(chat, 0.0) + gap)
        return self._slots[chat] - now

    def hold_group(self, chat: int, seconds: float) -> None:
        """Nothing is sent into a group for some seconds."""
        self._held[chat] = self._clock() + seconds

    def release_group(self, chat: int) -> None:
        """It takes messages again."""
        self._held.pop(chat, None)

    def should_tell(self, chat: int) -> bool:
        """Whether a group that has to wait is to be told so: once until nothing waits any more.

        The word goes out beyond our own limit, which leaves room for it.
        """
        now = self._clock()
        # While it goes on waiting, it comes here again about once a window.
        for known, at in list(self._told.items()):
            if now - at > 1.5 * GROUP_SECONDS:
                del self._told[known]
        is_new = chat not in self._told
        self._told[chat] = now
        return is_new

    async def turn(self) -> None:
        """Wait until the next send is due; in a storm, until it is over or a probe is due."""
        while self.stormy and not self._may_probe():
            await wait_at_most(PROBE_SECONDS, self._calm)
        now = self._clock()
        due = max(now, self._next)
        self._next = due + self._gap
        if due > now:
            await asyncio.sleep(due - now)
        # Where the machine is busy, sleepers wake late and together.
        wait = self._sends.wait(EVERYBODY) if self._gap else 0.0
        while wait:
            await asyncio.sleep(wait)
            wait = self._sends.wait(EVERYBODY)

    def _may_probe(self) -> bool:
        now = self._clock()
        if now < self._probe_at:
            return False
        self._probe_at = now + PROBE_SECONDS
        return True

    def note_refusal(self) -> None:
        """Note that Telegram refused a message as too many; the message does not count as sent."""
        self._refused += 1
        self._refused_at = self._clock()
        self._next -= self._gap
        if self.stormy:
            self._calm.clear()

    def note_success(self) -> None:
        """Note that Telegram took a message, which ends a storm."""
        self._refused = 0
        self._calm.set()
