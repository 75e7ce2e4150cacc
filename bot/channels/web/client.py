"""Tells web clients apart, so that each may ask only so often."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from bot.ops.setting_types import is_loopback

if TYPE_CHECKING:
    from starlette.types import Scope

_V6_PREFIX = 64


def client_of(scope: Scope) -> str:
    """A key for the client of a request: its IPv4 address, or the network of its IPv6 address.

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
