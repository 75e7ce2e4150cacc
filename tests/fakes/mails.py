"""Mails of one installation, for tests: its addresses, and the mail of a ticket."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.channels.mail.addresses import TicketAddresses
from bot.channels.mail.composing import DeskMail, compose
from bot.conversation.messages import Paragraph, Reply
from tests.fakes.mail_clients import DESK

if TYPE_CHECKING:
    from email.message import EmailMessage

SENDER = "bot@example.org"
AUTHSERV = "mx.example.org"
ADDRESSES = TicketAddresses(b"0123456789abcdef", f"Aiguilleur <{SENDER}>")

ABSENCES = (
    "Auto-Submitted: auto-replied (vacation)",
    "Auto-Submitted: auto-replied",
    "X-Autoreply: yes",
    "X-Autorespond: Re",
    "Precedence: auto_reply",
    "Subject: Réponse automatique : [2026-00012] Mon vélo",
    "Subject: Automatic reply: [2026-00012] Mon vélo",
    "Subject: Absence du bureau",
    "Subject: Out of Office: back on Monday",
    "Subject: Message d'absence",
    "Subject: En congé jusqu'au 4",
    "Subject: Auto : je reviens lundi",
)
"""A header each, by which programs say that somebody is away."""


def ticket_mail(
    ticket_id: int = 12, row: int = 7, addresses: TicketAddresses = ADDRESSES, **said: object
) -> EmailMessage:
    """The mail by which a desk hears of a ticket."""
    reply = Reply((Paragraph("Demande n° 2026-00012", strong=True), Paragraph("Mon vélo < 3 ?")))
    fields: dict[str, object] = {
        "to": DESK,
        "ticket_id": ticket_id,
        "number": f"2026-{ticket_id:05}",
        "desk": "atelier",
        "row": row,
        "at": datetime(2026, 12, 3, 9, 12, tzinfo=UTC),
        "question": "Mon vélo < 3 ?",
        "reply": reply,
        "is_head": True,
        "other_desk": "abonnements",
        **said,
    }
    return compose(DeskMail(**fields), addresses, "Les Vélos")  # type: ignore[arg-type]


def authentic(mail: EmailMessage, domain: str = "atelier.example") -> bytes:
    """The mail as our own server gives it, which has proved where it comes from."""
    found = f"Authentication-Results: {AUTHSERV}; dmarc=pass (p=none) header.from={domain}\r\n"
    return found.encode() + mail.as_bytes()
