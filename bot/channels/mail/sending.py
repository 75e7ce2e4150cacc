"""Sends the mails that wait in the outbox: one connection, in order within a ticket.

SMTP knows no "send this once" either: a line cut after the text was handed over leaves in doubt
whether it was taken. It is sent again, under the same ``Message-ID``, by which mailboxes recognise
it.
"""

from __future__ import annotations

import logging
import ssl
from typing import TYPE_CHECKING, Literal, TypeVar

import aiosmtplib

from bot.channels.mail.servers import CALL_SECONDS, Standing, explain_trouble
from bot.channels.worker_pool import WorkerPool, retry_store_call, work_in_order
from bot.ops.retrying import growing_wait
from bot.store.boxes.letters import UnknownVersionError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from email.message import EmailMessage

    from bot.channels.mail.servers import MailServer
    from bot.channels.mail.writing import MailWriter
    from bot.ops.metrics import Metrics
    from bot.store.boxes.due import Due
    from bot.store.mailbox import MailBook
    from bot.store.store import Store, Transaction

T = TypeVar("T")
Verdict = Literal["again", "never"]
LANE_SECONDS = 60.0
WAITS = (5.0, 900.0)
"""The first and the longest wait after a failure, in seconds; it is never given up."""

_PERMANENT = range(500, 600)
_BROKEN_SETTING = frozenset({530, 534, 535, 538, 552})
"""Refusals of the account or of its space: an operator mends them, and then the mail goes out."""

_log = logging.getLogger(__name__)


def verdict_on(error: Exception) -> Verdict:
    """What becomes of a mail that met with an error."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = {refused.code for refused in error.recipients}
    elif isinstance(error, aiosmtplib.SMTPResponseException):
        codes = {error.code}
    else:
        return "again"
    final = all(code in _PERMANENT and code not in _BROKEN_SETTING for code in codes)
    return "never" if final else "again"


class SmtpLine:
    """One connection, opened when there is something to send, and anew after any failure.

    Args:
        server: where.

    Attributes:
        standing: whether it works.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client: aiosmtplib.SMTP | None = None
        self.standing = Standing()

    async def send(self, mail: EmailMessage) -> None:
        """Hand over a mail.

        Raises:
            aiosmtplib.SMTPException, OSError: it was refused, or the line broke.
        """
        try:
            client = await self._connect()
            await client.send_message(mail)
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            if verdict_on(error) == "again":
                self.standing.note_trouble(explain_trouble(error))
            else:
                self.standing.note_work()
            await self.aclose()
            raise
        self.standing.note_work()

    async def check(self) -> None:
        """Connect and log in; raises as :meth:`send`."""
        await self._connect()
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the connection."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def _connect(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.encryption == "tls",
            start_tls=server.encryption == "starttls",
            timeout=CALL_SECONDS,
        )
        await client.connect()
        self._client = client
        return client


class MailSender:
    """Works the outbox of the mailbox off.

    Args:
        store: everything is written through it.
        book: keeps what no server takes.
        line: to the server.
        writer: makes mails of what waits.
        source: channel and account, as the store names them.
        metrics: counts what is sent.

    Attributes:
        leases: what this process has in hand.
        crew: works it off.
    """

    def __init__(
        self,
        store: Store,
        book: MailBook,
        line: SmtpLine,
        writer: MailWriter,
        *,
        source: str,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._book = book
        self._line = line
        self._writer = writer
        self._metrics = metrics
        self._outbox = store.outbox(source)
        self.leases = self._outbox.leases
        self.crew: WorkerPool[list[Due]] = WorkerPool(
            "mail outbox", 1, self.claim, self.deliver_all
        )

    async def claim(self, limit: int) -> list[list[Due]]:
        """Take what waits, ticket by ticket."""
        return await self._outbox.claim(limit)

    async def deliver_all(self, lane: list[Due]) -> None:
        """Send what waits for one ticket, in order; stop where something has to wait."""
        await work_in_order(lane, self._deliver, self._give_back, LANE_SECONDS)

    async def _give_back(self, lane: Sequence[Due]) -> None:
        numbers = [due.id for due in lane]
        await self._note(lambda: self._outbox.leases.give_back(numbers))

    async def _deliver(self, due: Due) -> bool:
        """Whether the next mail of the ticket may follow."""
        try:
            mail = await self._note(lambda: self._writer.write(due))
        except UnknownVersionError:
            await self._note(lambda: self._outbox.postpone(due, WAITS[1]))
            return False
        if mail is None:
            await self._note(lambda: self._outbox.mark_dropped(due, "it says nothing"))
            return True
        try:
            await self._line.send(mail)
        except (aiosmtplib.SMTPException, OSError) as error:
            return await self._follow(due, mail, error)
        self._metrics.sends.labels("mail_sent").inc()
        await self._note(lambda: self._outbox.mark_sent(due, None))
        return True

    async def _follow(self, due: Due, mail: EmailMessage, error: Exception) -> bool:
        if verdict_on(error) == "again":
            _log.warning("A mail waits: %s.", explain_trouble(error))
            self._metrics.sends.labels("mail_again").inc()
            wait = growing_wait(*WAITS, due.attempts)
            await self._note(lambda: self._outbox.postpone(due, wait))
            return False
        _log.error("A mail can never be delivered: its address or content is refused.")
        self._metrics.sends.labels("mail_refused").inc()
        await self._note(lambda: self._store.write(lambda t: self._tell_admins(t, mail)))
        await self._note(lambda: self._outbox.mark_dropped(due, "refused by the mail server"))
        return True

    async def _tell_admins(self, transaction: Transaction, mail: EmailMessage) -> None:
        subject = str(mail["Subject"])
        reason = "not delivered: the mail server refuses the address or the mail"
        await self._book.keep(transaction, reason, sender=str(mail["To"]), subject=subject, text="")

    @staticmethod
    async def _note(write: Callable[[], Awaitable[T]]) -> T:
        return await retry_store_call(write, "a mail has to wait for the database")
