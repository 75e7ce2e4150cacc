"""The model of a knowledge base that has changed, while people are being answered."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE
from typing import TYPE_CHECKING, TypeAlias

from bot.service.proposals.adopting import adopt_model
from bot.service.served_model import learning_of, load_trained_model, training_command
from classifier.errors import ArtifactError

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from pathlib import Path

    from bot.ops.settings import Settings
    from classifier.serving.artifact import Served

AFTER_PEOPLE = 10
"""The niceness of training: whoever asks meanwhile is answered first."""

END_SECONDS = 2.0
"""For ending when told to; then it is ended."""

_Reading: TypeAlias = "asyncio.Task[tuple[bytes, bytes]]"
_log = logging.getLogger(__name__)


async def load_or_train_in_background(settings: Settings) -> Served:
    """Load the model of a changed knowledge base, trained first in a child process if need be.

    The event loop stays free meanwhile.

    Raises:
        ContentError: the knowledge base does not exist.
        ArtifactError: no model could be had.
    """
    try:
        return await asyncio.to_thread(_load, settings)
    except ArtifactError as error:
        _log.info("%s; training it now", error)
    await _train_beside(settings.kb_dir)
    return await asyncio.to_thread(load_trained_model, settings)


def _load(settings: Settings) -> Served:
    """The model there is, or one that the check of a proposal has made of the same questions."""
    try:
        return load_trained_model(settings)
    except ArtifactError:
        if not adopt_model(settings.data_dir, learning_of(settings)):
            raise
    return load_trained_model(settings)


async def _train_beside(kb: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        *training_command(kb), stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, process_group=0
    )
    reading = asyncio.create_task(child.communicate())
    try:
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, child.pid, AFTER_PEOPLE)
        await _wait_for_child(child, reading)
    finally:
        await _end_child(child, reading)
    if child.returncode:
        _, said = await reading
        words = said.decode("utf-8", "replace").strip()
        raise ArtifactError(words or "the model could not be trained")


async def _wait_for_child(child: Process, reading: _Reading) -> None:
    """Wait for the child; workers that outlive it, when it is killed, hold the line for minutes."""
    while not reading.done():
        gone = child.returncode is not None
        await asyncio.wait((reading,), timeout=END_SECONDS)
        if gone:
            return


async def _end_child(child: Process, reading: _Reading) -> None:
    """Whoever stops waiting leaves nothing behind that still trains: not its workers either."""
    for kill in (signal.SIGTERM, signal.SIGKILL):  # after the first, they clear up behind them
        if reading.done() and not reading.cancelled():
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, kill)
        # Until none of them holds the line to us.
        await asyncio.wait((reading,), timeout=END_SECONDS)
