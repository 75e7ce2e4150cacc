"""Updates worked on in order within a chat, at the same time between chats."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections import Counter
from typing import TYPE_CHECKING

from telegram import Update
from telegram.ext import BaseUpdateProcessor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

_log = logging.getLogger(__name__)

# The library's own limit is taken before an update reaches its lane, so a chat that sends many
# messages would use it up while they wait for each other: it is set out of reach, and ours is
# taken only by the update whose turn has come.
_OUT_OF_REACH = 2**20


class ChatLanes(BaseUpdateProcessor):
    """One lane a chat; at most ``at_once`` chats are served in the same moment."""

    def __init__(self, at_once: int = 128) -> None:
        super().__init__(max_concurrent_updates=_OUT_OF_REACH)
        self._slots = asyncio.Semaphore(at_once)
        self._lanes: dict[int | None, asyncio.Lock] = {}
        self._waiting: Counter[int | None] = Counter()
        self._tasks: set[asyncio.Task[object]] = set()

    async def do_process_update(self, update: object, coroutine: Awaitable[object]) -> None:
        """Await ``coroutine`` when every earlier update of its chat is done."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            async with self._lane(_chat_of(update)), self._slots:
                await coroutine
        finally:
            if inspect.iscoroutine(coroutine):
                coroutine.close()  # only matters when its turn never came

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Give up what is not finished; meant for when the time to finish is over."""
        left = [task for task in self._tasks if not task.done()]
        for task in left:
            task.cancel()
        if left:
            _log.warning("Stopped before %d updates were answered.", len(left))
            await asyncio.wait(left)

    @contextlib.asynccontextmanager
    async def _lane(self, chat: int | None) -> AsyncIterator[None]:
        lane = self._lanes.setdefault(chat, asyncio.Lock())
        self._waiting[chat] += 1
        try:
            async with lane:  # a lock is fair: first come, first served
                yield
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat], self._lanes[chat]


def _chat_of(update: object) -> int | None:
    chat = update.effective_chat if isinstance(update, Update) else None
    return chat.id if chat else None
