"""Whether the service is in order: probes with a bound on their time, and readiness."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.ops.errors import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Check:
    """What a probe found.

    Attributes:
        name: what was looked at, such as ``database``.
        ok: whether it is in order.
        said: one line for the operator, without personal data.
    """

    name: str
    ok: bool
    said: str = ""


Probe = Callable[[], Awaitable[Check]]


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
        self._running: asyncio.Task[list[Check]] | None = None

    @property
    def accepting(self) -> bool:
        """Whether new work may be sent here."""
        return self.ready and not self.draining

    async def checks(self) -> list[Check]:
        """What every probe finds, side by side; who asks meanwhile gets the same findings."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._look())
        return list(await asyncio.shield(self._running))

    async def _look(self) -> list[Check]:
        looks = (self._run_probe(name, probe) for name, probe in self._probes.items())
        return list(await asyncio.gather(*looks))

    async def _run_probe(self, name: str, probe: Probe) -> Check:
        try:
            async with asyncio.timeout(self._seconds):
                return await probe()
        except TimeoutError:
            return Check(name, ok=False, said=f"no finding within {self._seconds:g} s")
        except Exception as error:  # noqa: BLE001 - a probe that breaks is a finding
            return Check(name, ok=False, said=describe(error))
