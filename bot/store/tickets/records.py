"""All that is kept of tickets, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store.tickets.crew import SqlCrew
from bot.store.tickets.drafts import SqlDrafts
from bot.store.tickets.jobs import SqlJobs
from bot.store.tickets.labels import SqlLabels
from bot.store.tickets.mails import SqlAskerMails
from bot.store.tickets.messages import SqlMessages
from bot.store.tickets.receipts import SqlReceipts
from bot.store.tickets.tickets import SqlTickets

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.pseudonym import Pseudonym
    from bot.store.vault import Vault


class SqlRecords:
    """A ``bot.escalation.ports.Records``.

    Args:
        connection: of the transaction.
        vault: seals what people write.
        pseudonym: names chats and people.
        source: channel and account that the message at hand came by.
    """

    def __init__(
        self, connection: AsyncConnection, vault: Vault, pseudonym: Pseudonym, source: str = ""
    ) -> None:
        self.messages = SqlMessages(connection, vault)
        self.tickets = SqlTickets(connection, vault, pseudonym, source, self.messages)
        self.jobs = SqlJobs(connection)
        self.labels = SqlLabels(connection)
        self.drafts = SqlDrafts(connection, vault, pseudonym)
        self.crew = SqlCrew(connection, vault, pseudonym)
        self.receipts = SqlReceipts(connection, vault)
        self.mails = SqlAskerMails(connection, vault)
