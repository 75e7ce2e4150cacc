"""The process in which a proposal is checked: started, listened to, and ended with its workers.

It is given its work as one JSON object on its input, and says how far it is on its output, one
object a line; the last one is what it found.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from typing import TYPE_CHECKING, Any, TextIO

from bot.analytics.proposals.findings import Findings
from bot.ops.errors import BotError
from bot.service.proposals.work import Work

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.ops.settings import Settings

    Progress = Callable[[str, int, int], Awaitable[bool]]

AFTER_PEOPLE = 10
"""The niceness of a check: whoever asks meanwhile is answered first."""

END_SECONDS = 2.0
"""For ending when told to; then it is ended."""

CLEAR_UP_SECONDS = 10.0
"""For a check that is done to end by itself."""

LONGEST_LINE = 2**22
"""Bytes of what was found: two hundred flips are a hundredth of it."""


class CheckStoppedError(BotError):
    """A check came to no end: it was killed, or could not begin."""


def checking_command(kb: Path) -> list[str]:
    """The program that checks, and its arguments."""
    # The environment and .env are the child's too; only --kb may differ from them.
    return [sys.executable, "-m", "bot", "propose", "work", "--kb", str(kb)]


def work(settings: Settings, source: TextIO, sink: TextIO) -> None:
    """Be the child: read the work, say how far it is, and what was found.

    Raises:
        ContentError, StoreError, OSError, ValueError: see ``check``.
    """
    from bot.service.proposals.check import check  # noqa: PLC0415 - the parent does without it

    asked = Work.from_json(source.readline())

    def tell(stage: str, done: int, total: int) -> None:
        _say(sink, {"stage": stage, "done": done, "total": total})

    found = check(asked, settings, tell)
    _say(sink, {"found": found.to_dict()})


def _say(sink: TextIO, data: dict[str, Any]) -> None:
    sink.write(json.dumps(data) + "\n")
    sink.flush()


async def check_in_child(asked: Work, kb: Path, progress: Progress) -> Findings:
    """Check in a child process; whoever stops waiting for it ends it, with its workers.

    Args:
        asked: what.
        kb: the content folder.
        progress: told how far it is; when it says False, nobody wants to know any more.

    Raises:
        CheckStoppedError: it came to no end; the message says why, as far as it is known.
    """
    child = await asyncio.create_subprocess_exec(
        *checking_command(kb),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL if not sys.stderr else None,
        process_group=0,
        limit=LONGEST_LINE,
    )
    found: Findings | None = None
    try:
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, child.pid, AFTER_PEOPLE)
        found = await _listen(child, asked, progress)
    finally:
        await _end(child, clear_up=found is not None)
    if found is None:
        raise CheckStoppedError("le contrôle a été interrompu avant sa fin")
    return found


async def _listen(child: Process, asked: Work, progress: Progress) -> Findings | None:
    """What the child found; None when it ends, or nobody wants to know, before that."""
    reading = asyncio.create_task(_read(child, asked, progress))
    try:
        while not reading.done():
            gone = child.returncode is not None
            await asyncio.wait((reading,), timeout=END_SECONDS)
            if gone:  # workers that outlive it, when it is killed, hold the line for minutes
                break
        return reading.result() if reading.done() else None
    finally:
        reading.cancel()


async def _read(child: Process, asked: Work, progress: Progress) -> Findings | None:
    if child.stdin is None or child.stdout is None:
        return None  # never so: both were asked for
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.write(asked.to_json().encode() + b"\n")
        await child.stdin.drain()
    async for line in child.stdout:
        said = json.loads(line)
        if "found" in said:
            return Findings.from_dict(said["found"])
        if not await progress(said["stage"], said["done"], said["total"]):
            return None
    return None


async def _end(child: Process, *, clear_up: bool) -> None:
    """Leave nothing behind that still trains: not its workers either.

    Args:
        child: whose work is over.
        clear_up: whether it has done it all, and clears up behind its workers.
    """
    if clear_up:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), CLEAR_UP_SECONDS)
    for kill in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, kill)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), END_SECONDS)
