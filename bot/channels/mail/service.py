"""The mailbox of the desks, served: what waits goes out, what is answered comes in."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, NamedTuple

from bot.channels.mail.addresses import TicketAddresses, source_of
from bot.channels.mail.erasing import BoxEraser
from bot.channels.mail.fetching import Fetcher, ImapLine
from bot.channels.mail.intake import MailIntake
from bot.channels.mail.reading_replies import read_mail
from bot.channels.mail.sending import MailSender, SmtpLine
from bot.channels.mail.servers import server_of
from bot.channels.mail.to_askers import Pages
from bot.channels.mail.writing import MailWriter
from bot.channels.worker_pool import run_together
from bot.escalation.stopping import StopWords
from bot.store import StoreError
from bot.store.boxes.leases import RENEW_SECONDS
from bot.store.mailbox import MailBook

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.channels.mail.fetching import Fetched
    from bot.escalation.casework import Casework
    from bot.ops.metrics import Metrics
    from bot.store.deliveries import Deliveries
    from bot.store.store import Store, Transaction

_log = logging.getLogger(__name__)


class MailOptions(NamedTuple):
    """What an operator decides; see the settings of the same names."""

    sender: str
    reply_to: str
    smtp_url: str
    imap_url: str
    authserv_id: str
    public: str = ""


class MailService:
    """Sends and receives for the desks that are served by mail.

    Args:
        options: of the operator.
        store: of this process.
        deliveries: takes what answers lead to.
        metrics: counts what is sent.
        casework: works on tickets, with the desks as they are now.
        service: the name of the organisation, as it is now.

    Attributes:
        deliveries: takes what answers lead to.
        addresses, book: sign the mails, and keep what is received.
        fetcher, sender, line: what reads, what sends, and its connection.
        eraser: asks desks to delete what was erased here.
    """

    def __init__(
        self,
        options: MailOptions,
        store: Store,
        deliveries: Deliveries,
        metrics: Metrics,
        *,
        casework: Callable[[], Casework],
        service: Callable[[], str],
    ) -> None:
        self._store = store
        self._casework = casework
        self.deliveries = deliveries
        self.addresses = TicketAddresses(store.key, options.sender, options.reply_to)
        self.book = MailBook(store, self.addresses.sender)
        self._intake = MailIntake(
            store, self.book, self.addresses, deliveries, authserv_id=options.authserv_id
        )
        self.line = SmtpLine(server_of(options.smtp_url))
        self.fetcher = Fetcher(ImapLine(server_of(options.imap_url)), self.book, self._take)
        pages = Pages(options.public, StopWords(store.key)) if options.public else None
        writer = MailWriter(store, self.addresses, pages, casework=casework, service=service)
        source = source_of(self.addresses.sender)
        self.sender = MailSender(
            store, self.book, self.line, writer, source=source, metrics=metrics
        )
        self.eraser = BoxEraser(store, deliveries)

    @property
    def trouble(self) -> str:
        """What is wrong, in words; empty when nothing is."""
        parts = (
            ("receiving", self.fetcher.standing.trouble),
            ("sending", self.line.standing.trouble),
        )
        return "; ".join(f"{name}: {said}" for name, said in parts if said)

    @property
    def silent_seconds(self) -> float:
        """For how long the mailbox has not worked; 0 while it does."""
        lines = (self.fetcher, self.line)
        return max(line.standing.silent_seconds for line in lines)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set; then what waits is sent, as far as there is time."""
        holding = asyncio.create_task(self._keep_hold())
        try:
            await run_together(self._receive(stop), self.sender.crew)
        finally:
            holding.cancel()
            await self.line.aclose()
            with contextlib.suppress(StoreError):
                await self.sender.leases.release()

    async def _receive(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.fetcher.run(stop))
            tasks.create_task(self.eraser.run(stop))

    async def _keep_hold(self) -> None:
        """Show for ever that this process is alive: a slow server must not make a mail go twice."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            with contextlib.suppress(StoreError):
                await self.sender.leases.renew()

    async def _take(self, mail: Fetched) -> bool:
        received = await asyncio.to_thread(read_mail, mail.raw)

        async def work(transaction: Transaction) -> bool:
            if not await self.book.advance(transaction, mail.position):
                return False
            taken = await self._intake.take(transaction, received, self._casework())
            _log.info("A mail was received: %s.", taken)
            return True

        return await self._store.write(work)
