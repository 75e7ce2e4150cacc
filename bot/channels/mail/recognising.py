"""Tells what people write from what machines send: RFC 3834 (answers), RFC 3464 (bounces).

What a machine sends is neither relayed nor answered: otherwise two of them talk for ever.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from email.message import EmailMessage

    from bot.channels.mail.addresses import TicketAddresses

Kind = Literal["person", "absence", "bounce", "list", "own", "robot"]

_ABSENCE_HEADERS = ("X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Mail-Autoreply")
_ABSENCE_PRECEDENCE = frozenset({"auto_reply", "auto-reply"})
_ABSENCE_SUBJECT = re.compile(
    r"\s*(r[ée]ponse automatique|message automatique|auto(matic)?[ -]?re(ply|sponse)"
    r"|auto\s?:|out of (the )?office|(message d['’]\s?)?absence( du bureau)?\b|absent(e)? du bureau"
    r"|je suis absent|en cong[ée]s?\b|autoreply)",
    re.IGNORECASE,
)
_MAILERS = re.compile(r"(mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)
_BULK = frozenset({"bulk", "junk", "list"})


def kind_of(message: EmailMessage, addresses: TicketAddresses) -> Kind:
    """What has written a mail; ``person`` when nothing says otherwise.

    Args:
        message: as it was received.
        addresses: recognises what we have sent ourselves.
    """
    if addresses.is_ours(_header(message, "From"), _header(message, "Message-ID")):
        return "own"
    if _is_bounce(message):
        return "bounce"
    if _is_absence(message):
        return "absence"
    if message.get("List-Id") or message.get("List-Post") or message.get("List-Unsubscribe"):
        return "list"
    return "robot" if _is_robot(message) else "person"


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name, "") or "")


def _is_bounce(message: EmailMessage) -> bool:
    report = str(message.get_param("report-type", "") or "").lower()
    if message.get_content_type() == "multipart/report" and report == "delivery-status":
        return True
    if any(part.get_content_type() == "message/delivery-status" for part in message.walk()):
        return True
    from_mailer = bool(_MAILERS.search(_header(message, "From")))
    return from_mailer or bool(message.get("X-Failed-Recipients"))


def _is_absence(message: EmailMessage) -> bool:
    if _header(message, "Auto-Submitted").lower().startswith("auto-replied"):
        return True
    if _header(message, "Precedence").strip().lower() in _ABSENCE_PRECEDENCE:
        return True
    if any(message.get(name) for name in _ABSENCE_HEADERS):
        return True
    return bool(_ABSENCE_SUBJECT.match(_header(message, "Subject")))


def _is_robot(message: EmailMessage) -> bool:
    submitted = _header(message, "Auto-Submitted").split(";")[0].strip().lower()
    if submitted not in {"", "no"}:
        return True
    if _header(message, "Precedence").strip().lower() in _BULK:
        return True
    # A mail without a return address asks for no answer (RFC 5321, 4.5.5): receipts and the like.
    if _header(message, "Return-Path").strip() == "<>":
        return True
    report = str(message.get_param("report-type", "") or "").lower()
    return message.get_content_type() == "multipart/report" and bool(report)
