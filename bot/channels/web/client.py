"""Tells web clients apart, so that each may ask only so often."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Address, IPv6Address

    from starlette.types import Scope

_V6_PREFIX = 64
_LOOPBACK = ("127.0.0.0/8", "::1/128")

Address: TypeAlias = "IPv4Address | IPv6Address"


class Clients:
    """Knows whom a request comes from, behind whichever proxies are trusted.

    Args:
        proxies: networks whose ``X-Forwarded-For`` is believed, besides this machine.
    """

    def __init__(self, proxies: Sequence[str] = ()) -> None:
        self._trusted = [ipaddress.ip_network(network) for network in (*_LOOPBACK, *proxies)]

    def key_of(self, scope: Scope) -> str:
        """A key for the client of a request: its IPv4 address, or its IPv6 address's network.

        Each proxy adds whom it heard at the end of ``X-Forwarded-For``; the last address there
        that is no trusted proxy is the client's. What stands before it may be made up.
        """
        host = str((scope.get("client") or ("unknown",))[0])
        for named in reversed([host, *_forwarded(scope)] if self._trusts(host) else [host]):
            if not self._trusts(named):
                return _network(named)
        return _network(host)

    def _trusts(self, host: str) -> bool:
        address = _address(host)
        return address is not None and any(
            address.version == network.version and address in network for network in self._trusted
        )


def _forwarded(scope: Scope) -> list[str]:
    values = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    named = b",".join(values).decode("latin-1").split(",")
    return [each.strip() for each in named if each.strip()]


def _address(host: str) -> Address | None:
    """The address, without its port, zone or mapping into IPv6; None for what is none."""
    bracketed, bracket, _ = host.partition("]")
    plain = bracketed.removeprefix("[") if bracket else host
    if plain.count(":") == 1:  # an IPv4 address and its port
        plain = plain.partition(":")[0]
    try:
        address = ipaddress.ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _network(host: str) -> str:
    address = _address(host)
    if address is None:
        return host[:_V6_PREFIX]
    if address.version == 6:  # noqa: PLR2004 - one network may hold every address of a household
        return str(ipaddress.ip_network((address, _V6_PREFIX), strict=False))
    return str(address)
