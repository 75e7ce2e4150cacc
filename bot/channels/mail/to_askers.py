"""Writes the mail by which an asker reads an answer of the desk, and may stop such mails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bot.channels.mail import texts
from bot.channels.mail.forms import Body, Envelope, new_mail, subject_of
from bot.conversation.messages import Button
from bot.escalation.stopping import STOPPING

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage

    from bot.channels.mail.addresses import TicketAddresses
    from bot.conversation.messages import Reply
    from bot.escalation.stopping import StopWords

TRACKING = "/suivi"


@dataclass(frozen=True, slots=True)
class AskerMail:
    """What is to be written to an asker.

    Attributes:
        to: the address that they left.
        ticket_id, number: of the ticket.
        row: of the outbox; it names the mail.
        at: when it was put there.
        reply: what is said.
        mends: whether it stands for an answer that they have had already.
    """

    to: str
    ticket_id: int
    number: str
    row: int
    at: datetime
    reply: Reply
    mends: bool = False


class Pages(NamedTuple):
    """Where the links of such a mail lead.

    Attributes:
        public: the address under which our pages are reached, without a slash at its end.
        stop_words: sign the link by which mails are stopped.
    """

    public: str
    stop_words: StopWords

    def stop(self, ticket_id: int) -> str:
        """The page on which one press stops the mails of a ticket."""
        return f"{self.public}{STOPPING}?d={self.stop_words.make(ticket_id)}"


def compose_to_asker(
    mail: AskerMail, addresses: TicketAddresses, service: str, pages: Pages
) -> EmailMessage:
    """The whole mail, the same at every try; a client stops them by one press (RFC 2369, 8058).

    Args:
        mail: what is said, and to whom.
        addresses: signs what must come back.
        service: the name of the organisation, shown beside the address.
        pages: where its links lead.
    """
    envelope = Envelope(
        addresses.from_line(service),
        mail.to,
        addresses.address_for_asker(mail.ticket_id, mail.to),
        subject_of(mail.number, texts.TO_ASKER),
        mail.at,
        addresses.name_to_asker(mail.ticket_id, mail.row),
        addresses.name_thread(mail.ticket_id, "asker"),
    )
    stop = pages.stop(mail.ticket_id)
    follow = Button(texts.FOLLOW.format(number=mail.number), url=f"{pages.public}{TRACKING}")
    body = Body(
        mail.reply.paragraphs,
        (follow, Button(texts.STOP, url=stop)),
        (texts.MENDED,) if mail.mends else (),
        (texts.HOW_TO_GO_ON,),
    )
    message = new_mail(envelope, body, f"=_a{mail.ticket_id}.{mail.row}_=")
    message["List-Unsubscribe"] = f"<{stop}>"
    if stop.startswith("https://"):
        # RFC 8058 knows no other scheme.
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message
