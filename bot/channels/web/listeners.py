"""Pages that wait for something to be said, and how they learn of it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.channels.web.connections import connection_limit
from bot.ops.waiting import wait_at_most
from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.store.thread import Thread

LOOK_SECONDS = 1.0
"""Seconds between two looks at the threads: another process may have written to them."""

MAX_LISTENERS = 500
"""Pages that may wait at once; never over half of the connections: the others are answered."""

MAX_OF_A_CHAT = 3

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Listener:
    chat: str
    after: int
    heard: asyncio.Event = field(default_factory=asyncio.Event)


class Listeners:
    """Who waits for something new in a thread; one look at the database serves them all.

    Args:
        thread: what they wait for.
    """

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._waiting: set[_Listener] = set()
        self._of_a_chat: Counter[str] = Counter()
        self._called = asyncio.Event()
        self._closed = False
        self._task: asyncio.Task[None] | None = None

    async def wait(self, chat: str, after: int, seconds: float) -> None:
        """Wait until something was said in a chat; at once when too many wait already.

        Args:
            chat: its pseudonym.
            after: the number of the last message that is known.
            seconds: how long at most.
        """
        most = min(MAX_LISTENERS, connection_limit() // 2)
        full = len(self._waiting) >= most or self._of_a_chat[chat] >= MAX_OF_A_CHAT
        if full or self._closed:
            return
        with self._listening(_Listener(chat, after)) as listener:
            await wait_at_most(seconds, listener.heard)

    def wake(self) -> None:
        """Look at the threads at once: something was said in one of them."""
        self._called.set()

    async def aclose(self) -> None:
        """Let everybody go, and nobody wait any more."""
        self._closed = True
        for listener in self._waiting:
            listener.heard.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    @contextmanager
    def _listening(self, listener: _Listener) -> Iterator[_Listener]:
        self._waiting.add(listener)
        self._of_a_chat[listener.chat] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look_while_somebody_waits())
        try:
            yield listener
        finally:
            self._waiting.discard(listener)
            self._of_a_chat -= Counter((listener.chat,))  # leaves out whoever has none

    async def _look_while_somebody_waits(self) -> None:
        while self._waiting:
            self._called.clear()
            try:
                await self._look()
            except StoreError as error:
                _log.warning("The threads cannot be looked at: %s", error)
            await wait_at_most(LOOK_SECONDS, self._called)

    async def _look(self) -> None:
        newest = await self._thread.newest({listener.chat for listener in self._waiting})
        for listener in self._waiting:
            if newest.get(listener.chat, 0) > listener.after:
                listener.heard.set()
