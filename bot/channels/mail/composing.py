"""Writes the mail of a ticket as a desk likes it: what is asked first, then how to answer."""

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

    from bot.channels.mail.addresses import TicketAddresses
    from bot.conversation.messages import Paragraph, Reply

SUBJECT_WORDS = 10
_STYLE = "font-family:sans-serif;font-size:15px;line-height:1.45"


@dataclass(frozen=True, slots=True)
class DeskMail:
    """What is to be written to a desk.

    Attributes:
        to: the mailbox.
        ticket_id, number, desk: of the ticket, and the id of the desk.
        row: of the outbox; it names the mail.
        at: when it was put there.
        question: the first words of the ticket, for the subject.
        reply: what is said.
        before: a sentence above it; may be empty.
        is_head: whether the ticket is new to the desk, so that it is told how to answer.
        other_desk: the id of another desk, as an example of a transfer; empty: there is none.
    """

    to: str
    ticket_id: int
    number: str
    desk: str
    row: int
    at: datetime
    question: str
    reply: Reply
    before: str = ""
    is_head: bool = False
    other_desk: str = ""


def compose(mail: DeskMail, addresses: TicketAddresses, service: str) -> EmailMessage:
    """The whole mail, the same at every try.

    Args:
        mail: what is said, and to whom.
        addresses: signs what must come back.
        service: the name of the organisation, shown beside the address.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = addresses.from_line(service)
    message["To"] = clean_line(mail.to)
    message["Reply-To"] = addresses.address_of(mail.ticket_id)
    message["Subject"] = subject_of(mail.number, mail.question)
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = addresses.name_message(mail.ticket_id, mail.row)
    thread = addresses.name_thread(mail.ticket_id, mail.desk)
    message["In-Reply-To"] = thread
    message["References"] = thread
    # RFC 3834, and what Exchange heeds instead: nobody's absence is to be told to us.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    blocks, hints = _blocks(mail), _hints(mail)
    message.set_content(_as_text(blocks, hints), cte="quoted-printable")
    html = _as_html(blocks, mail.reply, hints)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    # The library names the border between the parts by chance; a resend is to be the same mail.
    message.set_boundary(f"=_t{mail.ticket_id}.{mail.row}_=")
    return message


def subject_of(number: str, question: str) -> str:
    """``[2026-00123] first words of the question``."""
    words = clean_line(question, 400).split()
    cut = " …" if len(words) > SUBJECT_WORDS else ""
    return clean_line(f"[{number}] {' '.join(words[:SUBJECT_WORDS])}{cut}")


def _blocks(mail: DeskMail) -> Sequence[Paragraph]:
    return [block for block in mail.reply.paragraphs if block.text.strip()]


def _hints(mail: DeskMail) -> list[str]:
    hints = [mail.before] if mail.before else []
    if not mail.is_head:
        return hints
    return [*hints, texts.HOW_TO_ANSWER, texts.HOW_TO_END.format(desk=mail.other_desk or mail.desk)]


def _as_text(blocks: Sequence[Paragraph], hints: Sequence[str]) -> str:
    before, after = _split_hints(hints)
    said = [texts.MARKER, *before, *(block.text for block in blocks), *after, texts.END]
    return "\n\n".join(said) + "\n"


def _split_hints(hints: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands above the words of the person, and what below."""
    above = {texts.EDITED, texts.WITHDRAWN}
    return [hint for hint in hints if hint in above], [hint for hint in hints if hint not in above]


def _as_html(blocks: Sequence[Paragraph], reply: Reply, hints: Sequence[str]) -> str:
    before, after = _split_hints(hints)
    lines = [_line(texts.MARKER, "color:#666;font-size:13px"), *(_line(hint) for hint in before)]
    lines += [_line(block.text, "font-weight:bold" if block.strong else "") for block in blocks]
    lines += [_link(button.url, button.label) for button in reply.buttons if button.url]
    lines += [_line(hint, "color:#444;font-size:13px") for hint in after]
    lines.append(_line(texts.END, "color:#666;font-size:13px"))
    body = "\n".join(lines)
    return (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8"></head>\n'
        f'<body style="{_STYLE}">\n{body}\n</body></html>\n'
    )


def _line(text: str, style: str = "") -> str:
    shown = escape(text).replace("\n", "<br>\n")
    return f'<p style="{style}">{shown}</p>' if style else f"<p>{shown}</p>"


def _link(url: str, label: str) -> str:
    return f'<p><a href="{escape(url)}">{escape(label)}</a></p>'
