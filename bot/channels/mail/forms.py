"""The form that all mails of tickets have: their headers, and their text as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from bot.channels.mail import texts
from bot.channels.mail.addresses import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.conversation.messages import Button, Paragraph

SUBJECT_WORDS = 10
_STYLE = "font-family:sans-serif;font-size:15px;line-height:1.45"
_QUIET = "color:#666;font-size:13px"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands in the headers of a mail.

    Attributes:
        sender, to, reply_to: the addresses.
        subject: in one line.
        at: when it was put into the outbox.
        name: its ``Message-ID``.
        thread: what it answers, so that clients show the mails of a ticket together.
    """

    sender: str
    to: str
    reply_to: str
    subject: str
    at: datetime
    name: str
    thread: str


@dataclass(frozen=True, slots=True)
class Body:
    """What a mail says, between our marker line and the line that ends it.

    Attributes:
        blocks: what is said.
        links: buttons that lead to a page, below it; others do nothing in a mail.
        above, below: our own sentences before and after it.
    """

    blocks: Sequence[Paragraph]
    links: Sequence[Button] = ()
    above: Sequence[str] = ()
    below: Sequence[str] = ()


def new_mail(envelope: Envelope, body: Body, border: str) -> EmailMessage:
    """The whole mail, the same at every try.

    Args:
        envelope: its headers.
        body: what it says.
        border: stands between its two parts. The library would take one by chance, but a resend is
            to be the same mail.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = envelope.sender
    message["To"] = clean_line(envelope.to)
    message["Reply-To"] = envelope.reply_to
    message["Subject"] = envelope.subject
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = envelope.name
    message["In-Reply-To"] = envelope.thread
    message["References"] = envelope.thread
    # RFC 3834, and what Exchange heeds instead: nobody's absence is to be told to us.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_as_text(body), cte="quoted-printable")
    message.add_alternative(_as_html(body), subtype="html", cte="quoted-printable")
    message.set_boundary(border)
    return message


def subject_of(number: str, words: str) -> str:
    """``[2026-00123] first words of the question``."""
    said = clean_line(words, 400).split()
    cut = " …" if len(said) > SUBJECT_WORDS else ""
    return clean_line(f"[{number}] {' '.join(said[:SUBJECT_WORDS])}{cut}")


def _as_text(body: Body) -> str:
    links = "\n".join(f"- {link.label}\u00a0: {link.url}" for link in _leading(body))
    blocks = [block.text for block in body.blocks if block.text.strip()]
    said = [texts.MARKER, *body.above, *blocks, links, *body.below, texts.END]
    return "\n\n".join(part for part in said if part) + "\n"


def _as_html(body: Body) -> str:
    blocks = [block for block in body.blocks if block.text.strip()]
    lines = [_line(texts.MARKER, _QUIET), *(_line(said) for said in body.above)]
    lines += [_line(block.text, "font-weight:bold" if block.strong else "") for block in blocks]
    lines += [_link(link.url, link.label) for link in _leading(body)]
    lines += [_line(said, "color:#444;font-size:13px") for said in body.below]
    lines.append(_line(texts.END, _QUIET))
    shown = "\n".join(lines)
    return (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8"></head>\n'
        f'<body style="{_STYLE}">\n{shown}\n</body></html>\n'
    )


def _leading(body: Body) -> list[Button]:
    return [button for button in body.links if button.url]


def _line(text: str, style: str = "") -> str:
    shown = escape(text).replace("\n", "<br>\n")
    return f'<p style="{style}">{shown}</p>' if style else f"<p>{shown}</p>"


def _link(url: str, label: str) -> str:
    return f'<p><a href="{escape(url)}">{escape(label)}</a></p>'
