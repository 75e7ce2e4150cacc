"""How often somebody may ask: so many at once, then evenly spread over the minute."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from bot.ops.setting_types import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope

MINUTE = 60.0
MAX_KNOWN = 50_000
"""People remembered at once; the one who was quiet longest is forgotten first."""
_V6_PREFIX = 64


class Rate:
    """A limit for each of many keys, one number a key (the generic cell rate algorithm).

    Args:
        a_minute: how many are allowed.
        clock: seconds that only grow.
    """

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._step = MINUTE / a_minute
        self._clock = clock
        self._until: OrderedDict[str, float] = OrderedDict()

    def wait(self, key: str) -> float:
        """0 when ``key`` may go on, which counts; else the seconds until it may."""
        now = self._clock()
        until = max(self._until.get(key, now), now) + self._step
        if (excess := until - now - MINUTE) > 0.0:
            return excess
        self._until[key] = until
        self._until.move_to_end(key)
        if len(self._until) > MAX_KNOWN:
            self._until.popitem(last=False)
        return 0.0


def client_of(scope: Scope) -> str:
    """Who asks, as a key: its address, or its network's where addresses are plenty.

    A proxy on this machine names its client last in ``X-Forwarded-For``; nobody else is believed.
    """
    host = str((scope.get("client") or ("unknown",))[0])
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    if forwarded and is_loopback(host):
        host = forwarded[-1].decode("latin-1").rpartition(",")[2].strip()
    return _network(host)


def _network(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host[:_V6_PREFIX]
    if address.version == 6:  # noqa: PLR2004 - one network may hold every address of a household
        return str(ipaddress.ip_network((address, _V6_PREFIX), strict=False))
    return host
