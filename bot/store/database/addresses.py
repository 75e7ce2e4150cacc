"""Reads the address of a PostgreSQL server as its own tools do, and says what it cannot mean."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.store import AddressError

if TYPE_CHECKING:
    from sqlalchemy import URL

_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_SSL, _ROOT, _NAME = "sslmode", "sslrootcert", "application_name"
_PLACES = frozenset({"host", "port"})
_KNOWN = _PLACES | {_SSL, _ROOT, _NAME}


def read_address(url: str) -> tuple[URL, dict[str, Any]]:
    """What the driver is to connect to, and its further arguments.

    Args:
        url: ``postgresql://user:password@host/name?sslmode=require``.

    Raises:
        AddressError: it is no address, or asks for something that is not known here.
    """
    _refuse_plain_signs(url)
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise AddressError(
            "DATABASE_URL is no address, such as postgresql://user@host/name"
        ) from None
    unknown = sorted(set(found.query) - _KNOWN)
    if unknown:
        raise AddressError(
            f"DATABASE_URL has {', '.join(unknown)} behind its question mark, which is not known "
            f"here: take it out; known are {', '.join(sorted(_KNOWN))}"
        )
    asked = {name: str(found.query[name]) for name in (_SSL, _ROOT, _NAME) if name in found.query}
    places = {name: value for name, value in found.query.items() if name in _PLACES}
    return found.set(drivername="postgresql+asyncpg", query=places), _arguments(asked)


def _refuse_plain_signs(url: str) -> None:
    """Refuse what would be read as another server: a part of the password would be shown as its.

    Raises:
        AddressError: a sign that parts an address stands in its user name or password.
    """
    ahead, at, behind = url.partition("://")[2].rpartition("@")
    if at and (set(ahead) & set("@/?#") or "@" in behind):
        raise AddressError(
            "DATABASE_URL has an @, /, ? or # in its user name or password: "
            "write %40, %2F, %3F or %23 there"
        )


def _arguments(asked: dict[str, str]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if _NAME in asked:
        arguments["server_settings"] = {_NAME: asked[_NAME]}
    mode = asked.get(_SSL, "verify-full" if _ROOT in asked else "")
    if not mode:
        return arguments
    if mode not in _SSL_MODES:
        raise AddressError(
            f"DATABASE_URL has an sslmode that does not exist: take one of {', '.join(_SSL_MODES)}"
        )
    arguments["ssl"] = _tls_context(mode, asked.get(_ROOT)) if mode.startswith("verify") else mode
    return arguments


def _tls_context(mode: str, root: str | None) -> ssl.SSLContext:
    """Certificates are checked against those of the system, or of a file."""
    try:
        context = ssl.create_default_context(cafile=None if root in {None, "system"} else root)
    except OSError as error:
        raise AddressError(
            f"the sslrootcert of DATABASE_URL cannot be read ({error.strerror or error}): "
            "give the path of a PEM file"
        ) from None
    context.check_hostname = mode == "verify-full"
    return context
