"""Whether the service is in order: probes with a bound on their time, and readiness."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.ops.errors import describe
from bot.ops.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBE_SECONDS = 5.0


Probe = Callable[[], Awaitable[Finding]]


class Health:
    """The probes of a running service.

    Args:
        probes: what looks, by the name of what it looks at.
        seconds: how long one may take.

    Attributes:
        ready: whether the service has started; set by it.
        draining: whether it is about to stop; set by it.
    """

    def __init__(self, probes: Mapping[str, Probe], seconds: float = PROBE_SECONDS) -> None:
        self.ready = False
        self.draining = False
        self._probes = dict(probes)
        self._seconds = seconds
        self._running: asyncio.Task[list[Finding]] | None = None

    @property
    def accepting(self) -> bool:
        """Whether new work may be sent here."""
        return self.ready and not self.draining

    async def findings(self) -> list[Finding]:
        """What every probe finds, side by side; who asks meanwhile gets the same findings."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._look())
        return list(await asyncio.shield(self._running))

    async def _look(self) -> list[Finding]:
        looks = (self._run_probe(name, probe) for name, probe in self._probes.items())
        return list(await asyncio.gather(*looks))

    async def _run_probe(self, name: str, probe: Probe) -> Finding:
        try:
            async with asyncio.timeout(self._seconds):
                return await probe()
        except TimeoutError:
            return Finding("FAIL", name, f"no finding within {self._seconds:g} s")
        except Exception as error:  # noqa: BLE001 - a probe that breaks is a finding
            return Finding("FAIL", name, describe(error))
