"""Makes a mail of a row of the outbox, with the ticket as it is when it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channels.mail.composing import DeskMail, compose
from bot.channels.mail.texts import EDITED, ERASURE, WITHDRAWN
from bot.channels.mail.to_askers import AskerMail, compose_to_asker
from bot.conversation.messages import Paragraph, Reply
from bot.store.boxes.letters import Letter

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from bot.channels.mail.addresses import TicketAddresses
    from bot.channels.mail.to_askers import Pages
    from bot.conversation.messages import About
    from bot.escalation.casework import Casework
    from bot.escalation.ports import Records
    from bot.escalation.tickets import Ticket
    from bot.store.boxes.due import Due
    from bot.store.store import Store, Transaction


class MailWriter:
    """Writes mails.

    Args:
        store: with the tickets.
        addresses: sign the mails.
        pages: where links lead; None: nowhere is known, so that no asker is written to.
        casework: knows tickets and desks, as they are now.
        service: the name of the organisation.
    """

    def __init__(
        self,
        store: Store,
        addresses: TicketAddresses,
        pages: Pages | None,
        *,
        casework: Callable[[], Casework],
        service: Callable[[], str],
    ) -> None:
        self._store = store
        self._addresses = addresses
        self._pages = pages
        self._casework = casework
        self._service = service

    async def write(self, due: Due) -> EmailMessage | None:
        """The mail of a row; None when there is nothing to say, or nobody to say it to.

        Raises:
            UnknownVersionError: a newer version of the program has put it there.
            StoreError: the database cannot be used.
        """
        if due.payload is None:
            return None
        letter = Letter.from_dict(due.payload)
        return await self._store.write(lambda t: self._write(t, due, letter))

    async def _write(
        self, transaction: Transaction, due: Due, letter: Letter
    ) -> EmailMessage | None:
        records, about = self._store.records(transaction), letter.about
        ticket = await records.tickets.get(about.ticket) if about else None
        if about is None or ticket is None:
            return None
        if not about.for_desk:
            return await self._to_asker(records, due, letter.reply, ticket, about)
        return await self._to_desk(records, due, letter, ticket, about)

    async def _to_desk(
        self, records: Records, due: Due, letter: Letter, ticket: Ticket, about: About
    ) -> EmailMessage | None:
        reply = Reply((Paragraph(WITHDRAWN),)) if about.act == "withdraw" else letter.reply
        if reply.is_empty:
            return None
        said = await records.messages.of_ticket(ticket)
        question = ERASURE if about.act == "delete" else next((m.text for m in said), "")
        others = [desk.id for desk in self._casework().desks.list_staffed()]
        mail = DeskMail(
            str(letter.place.get("chat", "")),
            ticket.id,
            ticket.number,
            ticket.desk,
            due.id,
            due.at,
            question,
            reply,
            EDITED if about.act == "edit" else "",
            about.act == "head",
            next((desk for desk in others if desk != ticket.desk), ""),
        )
        return compose(mail, self._addresses, self._service())

    async def _to_asker(
        self, records: Records, due: Due, reply: Reply, ticket: Ticket, about: About
    ) -> EmailMessage | None:
        address = await records.mails.address_of(ticket)
        if self._pages is None or not address or reply.is_empty:
            return None
        mends = about.act == "edit"
        mail = AskerMail(address, ticket.id, ticket.number, due.id, due.at, reply, mends)
        return compose_to_asker(mail, self._addresses, self._service(), self._pages)
