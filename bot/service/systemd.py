"""Tells systemd how the service fares; says nothing where no supervisor asked."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.ops.settings import Supervisor

_MICROSECONDS = 1e6
_log = logging.getLogger(__name__)


class Notifier:
    """Sends the words of sd_notify(3) to the socket that the supervisor listens on.

    Args:
        supervisor: what the environment says, see :func:`bot.ops.settings.systemd_environment`.
    """

    def __init__(self, supervisor: Supervisor) -> None:
        self._address = supervisor.socket
        self._patience = _patience(supervisor)

    def tell_ready(self) -> None:
        """The service answers from now on, for the first time or again after a reload."""
        self._say("READY=1")

    def tell_reloading(self) -> None:
        """Tell systemd that a reload has begun; :meth:`tell_ready` ends it."""
        # systemd compares this with its own clock to know which reload is over.
        self._say(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def tell_stopping(self) -> None:
        """Tell systemd that the service takes nothing new and finishes what it has begun."""
        self._say("STOPPING=1")

    def tell_status(self, text: str) -> None:
        """Set the line that ``systemctl status`` shows."""
        self._say(f"STATUS={' '.join(text.split())}")

    @contextlib.asynccontextmanager
    async def feed_watchdog(self) -> AsyncIterator[None]:
        """Feed the watchdog from the event loop: a loop that is stuck does not, and is ended."""
        if self._patience is None:
            yield
            return
        feeding = asyncio.create_task(self._feed(self._patience / 2))
        try:
            yield
        finally:
            feeding.cancel()
            await asyncio.wait({feeding})

    async def _feed(self, seconds: float) -> None:
        while True:
            self._say("WATCHDOG=1")
            await asyncio.sleep(seconds)

    def _say(self, words: str) -> None:
        if not self._address:
            return
        # An address that begins with @ is abstract: it lies in no folder.
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.settimeout(0)
                line.connect(address)
                line.sendall(words.encode())
        except OSError as error:
            _log.warning("the supervisor did not take %s: %s", words.partition("=")[0], error)


def _patience(supervisor: Supervisor) -> float | None:
    """Seconds within which the watchdog must be fed; None when nobody watches this process."""
    meant = supervisor.watchdog_pid in {"", str(os.getpid())}
    given = supervisor.watchdog_usec
    if not (supervisor.socket and meant and given.isascii() and given.isdigit()):
        return None
    return int(given) / _MICROSECONDS or None
