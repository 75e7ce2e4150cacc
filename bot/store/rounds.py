"""Looks at the database that are taken again and again while a service runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.ops.waiting import wait_at_most
from bot.store import StoreError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)


async def look_again(
    look: Callable[[], Awaitable[object]],
    stop: asyncio.Event,
    what: str,
    *,
    every: float,
    first: float = 0.0,
) -> None:
    """Look until ``stop`` is set; a database that is away is waited for, and told of once.

    Args:
        look: one look.
        stop: set when it is to end.
        what: what waits meanwhile, for the log.
        every: seconds between two looks.
        first: seconds before the first one.
    """
    trouble = ""
    await wait_at_most(first, stop)
    while not stop.is_set():
        try:
            await look()
            trouble = ""
        except StoreError as error:
            if str(error) != trouble:
                _log.warning("%s waits for the database: %s", what, error)
            trouble = str(error)
        await wait_at_most(every, stop)
