"""Writes the mail of a ticket as a desk likes it: what is asked first, then how to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.mail import texts
from bot.channels.mail.forms import Body, Envelope, new_mail, subject_of

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage

    from bot.channels.mail.addresses import TicketAddresses
    from bot.conversation.messages import Reply


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
    envelope = Envelope(
        addresses.from_line(service),
        mail.to,
        addresses.address_of(mail.ticket_id),
        subject_of(mail.number, mail.question),
        mail.at,
        addresses.name_message(mail.ticket_id, mail.row),
        addresses.name_thread(mail.ticket_id, mail.desk),
    )
    above = (mail.before,) if mail.before else ()
    body = Body(mail.reply.paragraphs, mail.reply.buttons, above, _hints(mail))
    return new_mail(envelope, body, f"=_t{mail.ticket_id}.{mail.row}_=")


def _hints(mail: DeskMail) -> tuple[str, ...]:
    if not mail.is_head:
        return ()
    return texts.HOW_TO_ANSWER, texts.HOW_TO_END.format(desk=mail.other_desk or mail.desk)
