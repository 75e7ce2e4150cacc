"""Gives what a desk has written to the work on tickets; anything else is kept for who runs it."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from bot.channels.mail.addresses import domain_of, has_same_domain, source_of
from bot.channels.mail.authority import is_authentic, sender_of
from bot.channels.mail.first_line import read_order
from bot.channels.mail.reading_replies import addresses_of, references_of
from bot.channels.mail.recognising import kind_of
from bot.escalation.desks import MAIL
from bot.escalation.tickets import MISSING_ANSWER, NewMessage
from bot.ops.errors import BotError

if TYPE_CHECKING:
    from bot.channels.mail.addresses import TicketAddresses
    from bot.channels.mail.reading_replies import Received
    from bot.escalation.casework import Casework
    from bot.escalation.ports import Records
    from bot.escalation.ticket_work import Done
    from bot.escalation.tickets import Ticket
    from bot.store.deliveries import Deliveries
    from bot.store.mailbox import MailBook
    from bot.store.store import Store, Transaction

Taken = Literal["relayed", "known", "own", "kept"]
MOST_AN_HOUR = 5
"""Mails of one ticket that are relayed in an hour: machines that answer each other stop there."""

_KEPT = "kept:"
MAX_TEXT = 100_000
_NUMBER = re.compile(r"\[(20\d\d-\d{5})\]")
_log = logging.getLogger(__name__)


class _RefusalError(BotError):
    """A mail is not relayed; the reason is read by those who run the service."""


class MailIntake:
    """Takes what was received.

    Args:
        store: where everything is written.
        book: what is kept of the mailbox.
        addresses: recognise our own signatures.
        deliveries: takes what is to be sent.
        authserv_id: the name of the mail server that checks senders for us.
    """

    def __init__(
        self,
        store: Store,
        book: MailBook,
        addresses: TicketAddresses,
        deliveries: Deliveries,
        *,
        authserv_id: str,
    ) -> None:
        self._store = store
        self._book = book
        self._addresses = addresses
        self._authserv_id = authserv_id
        self._source = source_of(addresses.sender)
        self._deliveries = deliveries

    async def take(self, transaction: Transaction, received: Received, casework: Casework) -> Taken:
        """In a transaction: relay a mail or keep it; the same one again is passed over."""
        if await self._book.knows(transaction, received.digest):
            return "known"
        kind = kind_of(received.message, self._addresses)
        if kind == "own":
            return "own"
        if kind != "person":
            return await self._keep(transaction, received, f"sent by a machine: {kind}")
        try:
            await self._relay(transaction, received, casework)
        except _RefusalError as refusal:
            return await self._keep(transaction, received, str(refusal))
        await self._book.is_new(transaction, received.digest)
        return "relayed"

    async def _keep(self, transaction: Transaction, received: Received, reason: str) -> Taken:
        # By a name of its own: a forged copy must not keep the genuine mail from being relayed.
        if not await self._book.is_new(transaction, f"{_KEPT}{received.digest}"[:64]):
            return "known"
        _log.info("A mail was not relayed: %s.", reason)
        await self._book.keep(
            transaction,
            reason,
            sender=sender_of(received.message),
            subject=received.subject,
            text=received.text_with_files[:MAX_TEXT],
        )
        return "kept"

    async def _relay(
        self, transaction: Transaction, received: Received, casework: Casework
    ) -> None:
        records = self._store.records(transaction)
        ticket = await self._ticket(records, received)
        self._check_sender(received, ticket, casework)
        since = casework.clock() - timedelta(hours=1)
        before = await self._book.count_relayed(transaction, ticket.id, self._source, since)
        if before >= MOST_AN_HOUR:
            raise _RefusalError(f"more than {MOST_AN_HOUR} in an hour for ticket {ticket.number}")
        for done in await self._work(records, ticket, received, casework):
            await self._deliveries.put(transaction, done.deliveries)

    async def _ticket(self, records: Records, received: Received) -> Ticket:
        """The one ticket whose signed address or signed mail is answered."""
        found = self._addresses.tickets_in_addresses(addresses_of(received.message))
        named = self._addresses.tickets_in_names(references_of(received.message))
        if len(found | named) != 1:
            several = "several tickets at once" if found | named else "no ticket of ours"
            raise _RefusalError(f"it answers {several}: no signed address, or more than one")
        ticket = await records.tickets.get((found | named).pop())
        if ticket is None or ticket.state == "erased":
            raise _RefusalError("its ticket was erased")
        numbers = set(_NUMBER.findall(received.subject))
        if numbers and ticket.number not in numbers:
            raise _RefusalError(
                f"its address is that of ticket {ticket.number}, its subject another's"
            )
        return ticket

    def _check_sender(self, received: Received, ticket: Ticket, casework: Casework) -> None:
        domain = domain_of(sender_of(received.message))
        posts = casework.desks.posts_of(ticket.desk)
        boxes = [post.chat for post in posts if post.channel == MAIL]
        if not any(has_same_domain(domain, domain_of(box)) for box in boxes):
            raise _RefusalError(f"its sender is not of the desk of ticket {ticket.number}")
        if not is_authentic(received.message, self._authserv_id):
            raise _RefusalError(f"{self._authserv_id} has not proved its sender")

    async def _work(
        self, records: Records, ticket: Ticket, received: Received, casework: Casework
    ) -> list[Done]:
        """Do what the mail says; whatever refuses it is found before anything is written."""
        order = read_order(received.text)
        text = replace(received, text=order.text).text_with_files
        if order.what == "transfer" and not casework.desks.posts_of(order.desk):
            raise _RefusalError(f"no desk {order.desk} answers here, for ticket {ticket.number}")
        if not text and not order.what:
            raise _RefusalError(f"nothing new was found in it, for ticket {ticket.number}")
        if not ticket.is_live:
            raise _RefusalError(f"ticket {ticket.number} is {ticket.state}")
        done = []
        if text:
            message = NewMessage(
                "desk",
                text[:MAX_TEXT],
                origin=self._source,
                origin_id=received.digest,
                place="mail",
                attachments=received.files,
            )
            done.append(await casework.answer(records, ticket, message))
        after = done[-1].ticket if done and done[-1] else ticket
        if order.what == "close":
            why = MISSING_ANSWER if order.is_missing else ""
            done.append(await casework.close(records, after, "desk", what=why))
        elif order.what == "transfer":
            done.append(await casework.transfer(records, after, order.desk, None))
        return [each for each in done if each is not None]
