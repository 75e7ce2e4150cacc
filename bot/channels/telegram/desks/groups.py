"""The groups in which desks answer, as the settings name them, and where they are now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.channels.telegram.updates.events import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from bot.store.boxes.boxes import Boxes
    from bot.store.pseudonym import Pseudonym

PLAIN_SECONDS = 600.0
"""How long a group without topics is taken for one, before it is tried again."""


class DeskGroups:
    """Knows a group by the number that the settings give it, whatever became of it.

    A group that becomes a supergroup gets another number; everything that is kept of it goes by
    the one that is set.

    Args:
        ids: the groups of the settings.
        boxes: of this bot; know which group has moved.
        pseudonym: names groups.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        ids: Collection[int],
        boxes: Boxes,
        pseudonym: Pseudonym,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ids = frozenset(ids)
        self._chats = boxes.chats
        self._pseudonym = pseudonym
        self._clock = clock
        self._now: dict[int, int] = {}
        self._set: dict[int, int] = {}
        self._plain_until: dict[int, float] = {}

    async def load(self) -> None:
        """Read which groups have moved before.

        Raises:
            StoreError: the database cannot be used.
        """
        for group in self._ids:
            moved = await self._chats.read_address(self.name(group))
            if moved:
                self._note(group, moved)

    def __bool__(self) -> bool:
        return bool(self._ids)

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def find(self, chat: int) -> int | None:
        """The group that a chat is, by its number of the settings; None: it is no desk's."""
        group = self._set.get(chat, chat)
        return group if group in self._ids else None

    def chat_of(self, group: int) -> int:
        """Where a group is now."""
        return self._now.get(group, group)

    def name(self, group: int) -> str:
        """The pseudonym of a group."""
        return self._pseudonym.of(CHANNEL, str(group))

    def move(self, group: int, to: int) -> None:
        """A group has another number from now on; the store is told by whoever tells this."""
        self._note(group, to)
        self._plain_until.pop(group, None)

    def _note(self, group: int, to: int) -> None:
        self._now[group], self._set[to] = to, group

    def is_plain(self, group: int) -> bool:
        """Whether a group has no topics, as far as is known."""
        return self._plain_until.get(group, 0.0) > self._clock()

    def note_plain(self, group: int) -> bool:
        """A group has no topics; whether that is news."""
        news = not self.is_plain(group)
        self._plain_until[group] = self._clock() + PLAIN_SECONDS
        return news
