"""The last replies that are kept nowhere else, for whoever has to ask for one again."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.conversation.messages import Incoming
    from bot.store.thread import Said

SECONDS = 120.0
"""For which a page may send a message again whose reply was lost on its way."""

MOST = 2_000
MOST_IDS = 20_000
"""About three megabytes."""


class RecentReplies:
    """Replies in memory: of an erasure, and of everything where nothing is kept.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._replies: OrderedDict[tuple[str, int], tuple[float, Said]] = OrderedDict()

    def find(self, incoming: Incoming) -> Said | None:
        """What was answered to this same message a moment ago."""
        self._drop_old()
        if incoming.update_id is None:
            return None
        _, said = self._replies.get((incoming.chat, incoming.update_id), (0.0, None))
        return said

    def remember(self, incoming: Incoming, said: Said) -> None:
        """Keep what was answered for a moment."""
        if incoming.update_id is not None:
            self._replies[incoming.chat, incoming.update_id] = self._clock(), said
        self._drop_old()

    def _drop_old(self) -> None:
        oldest = self._clock() - SECONDS
        while self._replies:
            at, _ = next(iter(self._replies.values()))
            if at > oldest and len(self._replies) <= MOST:
                return
            self._replies.popitem(last=False)


class UsedIds:
    """Which words the last ids of messages were used for, so that others are not taken for them.

    Only a digest is held, which another process could not compare with anything.
    """

    def __init__(self) -> None:
        self._digests: OrderedDict[tuple[str, int], int] = OrderedDict()

    def is_for_others(self, incoming: Incoming) -> bool:
        """Whether this message bears the id of one with other words, of this same chat."""
        digest = _digest(incoming)
        return self._digests.get(_name(incoming), digest) != digest

    def remember(self, incoming: Incoming) -> None:
        """A message with this id was answered."""
        self._digests.setdefault(_name(incoming), _digest(incoming))
        while len(self._digests) > MOST_IDS:
            self._digests.popitem(last=False)


def _name(incoming: Incoming) -> tuple[str, int]:
    return incoming.chat, incoming.update_id or 0


def _digest(incoming: Incoming) -> int:
    # Python's own digest of a text has a secret of the process in it.
    return hash((incoming.text, incoming.choice))
