"""Whether a mail truly comes from whom it says: what our own mail server has found (RFC 8601).

``From`` alone proves nothing: anybody writes there what they like. The server that receives for us
checks SPF, DKIM and DMARC and notes what it found in ``Authentication-Results``, under its own
name. A sender may have put such a header there too: of those that carry the server's name, only
the topmost counts, as servers add theirs above what they were given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import getaddresses
from typing import TYPE_CHECKING

from bot.channels.mail.addresses import domain_of, has_same_domain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from email.message import EmailMessage

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*([a-z0-9-]+)(?:/\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z]+\.[a-z0-9-]+)\s*=\s*([^\s;]+)", re.IGNORECASE)
_PROOFS = {"dmarc": ("header.from",), "dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}
"""Method -> the properties that name the domain which was proved."""

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PLAIN = re.compile(r"[\w.@+-]+")
_NESTING = 10


@dataclass(frozen=True, slots=True)
class Result:
    """What one method found: ``dkim``, ``pass``, and the domain that it is about."""

    method: str
    verdict: str
    properties: Mapping[str, str] = field(default_factory=dict)


def sender_of(message: EmailMessage) -> str:
    """The one address of ``From``, in small letters; empty when there are several, or none."""
    found = getaddresses([str(line) for line in message.get_all("From", [])])
    return found[0][1].lower() if len(found) == 1 and "@" in found[0][1] else ""


def is_authentic(message: EmailMessage, authserv_id: str) -> bool:
    """Whether the server of this name has proved the domain of ``From``.

    Args:
        message: as it was received.
        authserv_id: the name under which our mail server notes what it found.
    """
    domain = domain_of(sender_of(message))
    return any(
        has_same_domain(proved, domain)
        for result in results_of(message, authserv_id)
        if result.verdict == "pass"
        for proved in _proved(result)
    )


def results_of(message: EmailMessage, authserv_id: str) -> list[Result]:
    """What the topmost header of a server says; nothing when there is none of it."""
    for line in message.get_all("Authentication-Results", []):
        server, *found = _without_comments(str(line)).split(";")
        named = server.split()
        if named and named[0].lower() == authserv_id.lower():
            return list(_results(found))
    return []


def _results(parts: Iterable[str]) -> Iterable[Result]:
    for part in parts:
        if match := _RESULT.match(part):
            said = {name.lower(): value for name, value in _PROPERTY.findall(part)}
            yield Result(match[1].lower(), match[2].lower(), said)


def _without_comments(line: str) -> str:
    """Take away what is free text: comments, and anything in quotation marks but a plain value."""
    line = _QUOTED.sub(lambda found: found[1] if _PLAIN.fullmatch(found[1]) else " ", line)
    for _ in range(_NESTING):
        shorter = _COMMENT.sub(" ", line)
        if shorter == line:
            break
        line = shorter
    return line


def _proved(result: Result) -> Iterable[str]:
    for name in _PROOFS.get(result.method, ()):
        if value := result.properties.get(name):
            yield domain_of(value) if "@" in value else value.lower().rstrip(".")
