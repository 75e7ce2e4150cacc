"""Where the scripts about mail play: real SMTP and IMAP servers, in this process or around one."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot.channels.mail.reading_replies import parse_mail
from bot.store.database.opening import open_database
from tests.acceptance.ticket_stage import desks_stage
from tests.fakes.mail_servers import imap_server, smtp_server
from tests.fakes.mail_service import PUBLIC, exchanging
from tests.fakes.mails import AUTHSERV, SENDER
from tests.fakes.postgres import running_postgres

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from email.message import EmailMessage

    from tests.acceptance.harness import Run, Stage
    from tests.fakes.mail_servers import ImapRig, SmtpRig
    from tests.fakes.mail_service import Exchange


@contextlib.asynccontextmanager
async def exchange_of(run: Run) -> AsyncIterator[Exchange]:
    """Outbox, mailbox and work on tickets in this process, on the database that was asked for."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        where: Path | str = Path(name)
        if run.database == "postgresql":
            server = stack.enter_context(running_postgres())
            where = stack.enter_context(server.database())
        database = where if isinstance(where, Path) else open_database(where, Path(name))
        async with exchanging(database) as made:
            yield made


@contextlib.asynccontextmanager
async def mail_stage(run: Run, **settings: str) -> AsyncIterator[tuple[Stage, SmtpRig, ImapRig]]:
    """The service in a process of its own, whose desks have mailboxes and no group."""
    async with smtp_server() as smtp, imap_server() as imap:
        given = {
            "MAIL_DESKS": "*",
            "MAIL_FROM": SENDER,
            "MAIL_AUTHSERV_ID": AUTHSERV,
            "SMTP_URL": smtp.url,
            "IMAP_URL": imap.url,
            "PUBLIC_URL": PUBLIC,
            **settings,
        }
        async with desks_stage(run, 0, **given) as here:
            yield here, smtp, imap


def mails_to(smtp: SmtpRig, address: str = "") -> list[EmailMessage]:
    """What the server took, to one address or to all, in order."""
    mails = [parse_mail(raw) for raw in smtp.taken]
    return [mail for mail in mails if not address or str(mail["To"]) == address]


async def send_all(run: Exchange) -> None:
    """Send until nothing waits, as if every wait were over at once."""
    while True:
        await run.desk.hurry()
        lanes = await run.mail.sender.claim(1000)
        if not lanes:
            return
        for lane in lanes:
            await run.mail.sender.deliver_all(lane)
