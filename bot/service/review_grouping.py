"""Groups the queue of what is to be reviewed, in a child process beside a loop that goes on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.ops.errors import BotError
from bot.store.marks import move_mark, read_mark
from bot.store.review_groups import Member, ReviewGroups

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.store.store import Store, Transaction
    from kb.entries import KnowledgeBase

TOGETHER = 200
"""Messages that are written in one transaction, so that whoever asks does not wait for it."""

PAUSE_SECONDS = 600
"""Between two groupings; what says the same as another message is of its group at once."""

AFTER_PEOPLE = 10
"""The niceness of grouping: whoever asks meanwhile is answered first."""

_COMMAND = (sys.executable, "-m", "classifier.training.grouping")
_MARK = "review: grouped"
_log = logging.getLogger(__name__)


class GroupingError(BotError):
    """The child process that groups has failed."""


async def keep_grouped(store: Store, base: KnowledgeBase, now: datetime) -> bool:
    """Group the queue anew, if something is new in it and the last time is not just over.

    Of several processes on one database, one does it; a failure is logged.

    Returns:
        Whether it was grouped.

    Raises:
        StoreError: the database cannot be used.
    """
    if not await store.write(partial(_is_due, at=int(now.timestamp()))):
        return False
    try:
        await regroup(store, base)
    except GroupingError as error:
        _log.warning("The queue to review was not grouped: %s", error)
        return False
    return True


async def regroup(store: Store, base: KnowledgeBase) -> int:
    """Group what is open in the queue; how many different messages there are.

    Raises:
        StoreError: the database cannot be used.
        GroupingError: the child process failed.
    """
    listed = await store.reader.run(lambda transaction: ReviewGroups(transaction).to_group())
    if not listed:
        return 0
    texts = [text for _, _, text in listed]
    found = await _group_in_child(texts, [entry.title for entry in base.entries.values()])
    turns = [turn for turn, _, _ in listed]
    members = [
        Member(key, turns[group], tuple((turns[place], score) for place, score in near))
        for (_, key, _), group, near in zip(listed, found["groups"], found["nearest"], strict=True)
    ]
    for start in range(0, len(members), TOGETHER):
        await store.write(partial(_put, members=members[start : start + TOGETHER]))
    return len(listed)


async def _is_due(transaction: Transaction, at: int) -> bool:
    last = await read_mark(transaction, _MARK)
    # A clock that was set back must not put it off for longer.
    if last <= at < last + PAUSE_SECONDS or not await ReviewGroups(transaction).are_old():
        return False
    await move_mark(transaction, _MARK, at)
    return True


async def _put(transaction: Transaction, members: Sequence[Member]) -> None:
    await ReviewGroups(transaction).put(members)


async def _group_in_child(texts: list[str], known: list[str]) -> dict[str, Any]:
    given = json.dumps({"texts": texts, "known": known}).encode()
    child = await asyncio.create_subprocess_exec(*_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    try:
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, child.pid, AFTER_PEOPLE)
        said, _ = await child.communicate(given)
    finally:
        if child.returncode is None:
            child.kill()
    if child.returncode:
        raise GroupingError(f"its process ended with {child.returncode}")
    result: dict[str, Any] = await asyncio.to_thread(json.loads, said)
    return result
