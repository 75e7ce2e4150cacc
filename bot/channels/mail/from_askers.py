"""Gives the desk what an asker has answered to a mail, if it is truly theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.channels.mail.authority import is_authentic
from bot.channels.mail.refusing import RefusalError
from bot.channels.mail.texts import FILES_LEFT_OUT
from bot.escalation.complaints import says_unsettled
from bot.escalation.masking import for_desk
from bot.escalation.tickets import NewMessage, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.channels.mail.reading_replies import Received
    from bot.conversation.messages import Delivery
    from bot.escalation.casework import Casework
    from bot.escalation.ports import Records
    from bot.escalation.tickets import Ticket
    from bot.store.mailbox import MailBook
    from bot.store.store import Transaction

MOST_AN_HOUR = 5
"""Mails of one ticket and side that are relayed in an hour: machines that talk stop there."""


class AskerIntake:
    """Takes mails of askers.

    Args:
        book: counts what was relayed.
        source: channel and account, as the store names them.
        authserv_id: the name of the mail server that checks senders for us.
    """

    def __init__(self, book: MailBook, source: str, authserv_id: str) -> None:
        self._book = book
        self._source = source
        self._authserv_id = authserv_id

    async def relay(
        self,
        transaction: Transaction,
        records: Records,
        received: Received,
        casework: Casework,
        found: Mapping[int, bool],
    ) -> tuple[Delivery, ...]:
        """In a transaction: the words go to the desk as the asker's; what is to be sent.

        Args:
            transaction: of the store.
            records: of it.
            received: the mail.
            casework: works on tickets.
            found: the tickets whose asker is answered, and whether the address proves the sender.

        Raises:
            RefusalError: it is not theirs, or cannot be relayed; nothing was written.
        """
        ticket = await self._ticket(records, received, found)
        since = casework.clock() - timedelta(hours=1)
        before = await self._book.count_relayed(
            transaction, ticket.id, self._source, since, author="asker"
        )
        if before >= MOST_AN_HOUR:
            raise RefusalError(f"more than {MOST_AN_HOUR} in an hour for ticket {ticket.number}")
        return await self._ask(records, ticket, received, casework)

    async def _ticket(
        self, records: Records, received: Received, found: Mapping[int, bool]
    ) -> Ticket:
        number, is_proved = next(iter(found.items()))
        if len(found) != 1:
            raise RefusalError("it answers several tickets at once")
        ticket = await records.tickets.get(number)
        if ticket is None or ticket.state == "erased":
            raise RefusalError("its ticket was erased")
        if not is_proved:
            raise RefusalError(f"its sender is not the asker of ticket {ticket.number}")
        if not is_authentic(received.message, self._authserv_id):
            raise RefusalError(f"{self._authserv_id} has not proved its sender")
        return ticket

    async def _ask(
        self, records: Records, ticket: Ticket, received: Received, casework: Casework
    ) -> tuple[Delivery, ...]:
        text = received.text_naming_files(FILES_LEFT_OUT)
        if not text:
            raise RefusalError(f"nothing new was found in it, for ticket {ticket.number}")
        sent: tuple[Delivery, ...] = ()
        if not ticket.is_live:
            # As in the chat: thanks reopen nothing, a complaint does.
            again = says_unsettled(received.text) and await casework.reopen(records, ticket)
            if not again:
                raise RefusalError(f"ticket {ticket.number} is {ticket.state}")
            ticket, sent = again.ticket, again.deliveries
        origin = Origin(self._source, received.digest, "")
        message = NewMessage.of_asker(for_desk(text), origin)
        done = await casework.ask(records, ticket, message)
        if done is not None and done.message is not None:
            return sent + done.deliveries
        if not sent:
            raise RefusalError(f"too many messages in an hour for ticket {ticket.number}")
        return sent
