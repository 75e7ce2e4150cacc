"""Addresses and names of mails that only we can have made: signed, and checked when they return."""

from __future__ import annotations

import hmac
import re
from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING

from bot.ops.keys import derive_key, sign

if TYPE_CHECKING:
    from collections.abc import Iterable

_PURPOSE = b"aiguilleur: mail of tickets"
_SIGNATURE = 20
"""Hexadecimal digits: 80 bits, which nobody guesses through a mail server."""

_TOKEN = re.compile(rf"\+t(\d{{1,10}})\.([0-9a-f]{{{_SIGNATURE}}})@", re.IGNORECASE)
_MESSAGE = re.compile(rf"<t(\d{{1,10}})\.(\d{{1,19}})\.([0-9a-f]{{{_SIGNATURE}}})@", re.IGNORECASE)
_ASKER_TOKEN = re.compile(rf"\+a(\d{{1,10}})\.([0-9a-f]{{{_SIGNATURE}}})@", re.IGNORECASE)
_TO_ASKER = re.compile(rf"<a(\d{{1,10}})\.(\d{{1,19}})\.([0-9a-f]{{{_SIGNATURE}}})@", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
MAX_NAME = 150
_SOURCE = 64
"""Characters that the store keeps of a source."""


def clean_line(text: str, most: int = MAX_NAME) -> str:
    """A text that can stand in a header: one line, no control characters, at most ``most`` long.

    The library refuses line breaks in headers, rightly: they could begin a header of their own.
    """
    plain = _CONTROL.sub(" ", text).encode("utf-8", "replace").decode()
    return " ".join(plain.split())[:most].strip()


def domain_of(address: str) -> str:
    """What stands after the at sign, in small letters; empty when there is none."""
    return parseaddr(address)[1].rpartition("@")[2].lower().rstrip(".")


def has_same_domain(one: str, other: str) -> bool:
    """Whether one domain is the other, or lies below it."""
    if not one or not other:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def source_of(sender: str) -> str:
    """The channel with its account, as the store names where rows belong."""
    return f"mail:{parseaddr(sender)[1].lower()}"[:_SOURCE]


class TicketAddresses:
    """Signs and recognises the addresses and the names of the mails of tickets.

    Args:
        secret: of the installation.
        sender: what stands in ``From``, with or without a name.
        reply_to: where answers go; empty: to the sender.
    """

    def __init__(self, secret: bytes, sender: str, reply_to: str = "") -> None:
        self._key = derive_key(secret, _PURPOSE)
        name, self.sender = parseaddr(sender)
        self._name = clean_line(name)
        self.reply_to = parseaddr(reply_to)[1] or self.sender

    def from_line(self, name: str = "") -> str:
        """The ``From`` of a mail; with the name of the service, unless the setting has one."""
        return formataddr((self._name or clean_line(name), self.sender))

    def address_of(self, ticket_id: int) -> str:
        """``local+t12.0123…@domain``: where the answer to a ticket goes."""
        local, _, domain = self.reply_to.rpartition("@")
        return f"{local}+t{ticket_id}.{self._sign(f'to {ticket_id}')}@{domain}"

    def address_for_asker(self, ticket_id: int, asker: str) -> str:
        """``local+a12.0123…@domain``: where one asker answers, and nobody else can."""
        local, _, domain = self.reply_to.rpartition("@")
        return f"{local}+a{ticket_id}.{self._sign(_asker(ticket_id, asker))}@{domain}"

    def name_to_asker(self, ticket_id: int, row: int) -> str:
        """The ``Message-ID`` of a mail to an asker, which opens no way to answer as the desk."""
        signature = self._sign(f"to asker {ticket_id} {row}")
        return f"<a{ticket_id}.{row}.{signature}@{domain_of(self.sender)}>"

    def name_message(self, ticket_id: int, row: int) -> str:
        """The ``Message-ID`` of the mail of a row of the outbox: the same at every try."""
        signature = self._sign(f"message {ticket_id} {row}")
        return f"<t{ticket_id}.{row}.{signature}@{domain_of(self.sender)}>"

    def name_thread(self, ticket_id: int, desk: str) -> str:
        """What all mails of a ticket to one desk refer to, so that clients show them together."""
        return f"<{self._sign(f'thread {ticket_id} {desk}')}@{domain_of(self.sender)}>"

    def tickets_in_addresses(self, addresses: Iterable[str]) -> set[int]:
        """The tickets whose address is truly among these."""
        found = (match for address in addresses for match in _TOKEN.finditer(address))
        return {int(number) for number, token in _groups(found) if self._is_of(number, token)}

    def askers_tickets(self, addresses: Iterable[str], sender: str) -> dict[int, bool]:
        """The tickets whose asker is answered here, and whether it is this sender.

        Args:
            addresses: where a mail was sent to.
            sender: who has sent it.
        """
        found = (match for address in addresses for match in _ASKER_TOKEN.finditer(address))
        return {
            int(number): self._is_signed(_asker(int(number), sender), token)
            for number, token in _groups(found)
        }

    def tickets_in_names(self, names: Iterable[str]) -> set[int]:
        """The tickets of our mails that are named here, as ``References`` name them."""
        found = (match for name in names for match in _MESSAGE.finditer(name))
        return {
            int(number)
            for number, row, signature in _groups(found)
            if self._is_signed(f"message {int(number)} {int(row)}", signature)
        }

    def is_ours(self, sender: str, message_id: str) -> bool:
        """Whether a mail is one that we have sent."""
        if parseaddr(sender)[1].lower() == self.sender.lower():
            return True
        found = _groups(_TO_ASKER.finditer(message_id))
        to_asker = any(
            self._is_signed(f"to asker {int(number)} {int(row)}", signature)
            for number, row, signature in found
        )
        return to_asker or bool(self.tickets_in_names((message_id,)))

    def _is_of(self, number: str, token: str) -> bool:
        return self._is_signed(f"to {int(number)}", token)

    def _sign(self, text: str) -> str:
        return sign(self._key, text)[:_SIGNATURE]

    def _is_signed(self, text: str, signature: str) -> bool:
        return hmac.compare_digest(self._sign(text), signature.lower())


def _asker(ticket_id: int, address: str) -> str:
    return f"asker {ticket_id} {parseaddr(address)[1].lower()}"


def _groups(found: Iterable[re.Match[str]]) -> Iterable[tuple[str, ...]]:
    return (match.groups() for match in found)
