"""``mail check``: a mail to ourselves and back, and what was received and not relayed."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING

from bot.channels.mail.addresses import domain_of
from bot.channels.mail.fetching import ImapLine
from bot.channels.mail.sending import SmtpLine
from bot.channels.mail.servers import explain_trouble, server_of
from bot.ops.findings import Finding
from bot.service.mail_wiring import mail_servers
from bot.store.mailbox import MailBook
from bot.store.opening import database_of, open_existing_store

if TYPE_CHECKING:
    from bot.ops.settings import Settings
    from bot.store.mailbox import Unmatched

WAIT_SECONDS = 60.0
"""For which a mail to ourselves is waited for."""

LOOK_SECONDS = 1.0


async def check_mail(
    settings: Settings, seconds: float = WAIT_SECONDS
) -> tuple[list[Finding], list[Unmatched]]:
    """What is found of both servers and of the way between them, and the mails that wait.

    Args:
        settings: with the servers.
        seconds: how long a mail to ourselves may take.

    Raises:
        StoreError: the database cannot be used.
    """
    if not settings.mail_desks:
        return [Finding("ok", "mail", "no desk is served by mail: see MAIL_DESKS")], []
    findings = await mail_servers(settings)
    if all(finding.ok for finding in findings):
        findings.append(await _send_and_receive(settings, seconds))
    path = database_of(settings).path
    if path is not None and not path.exists():
        return findings, []  # a check before the first start makes nothing
    async with await open_existing_store(settings) as store:
        book = MailBook(store, parseaddr(settings.mail_from)[1])
        return findings, await book.list_unmatched()


async def _send_and_receive(settings: Settings, seconds: float) -> Finding:
    mail = _mail_to_ourselves(settings.mail_from, settings.mail_reply_to)
    line = SmtpLine(server_of(settings.smtp_url.get_secret_value()))
    inbox = ImapLine(server_of(settings.imap_url.get_secret_value()))
    name = str(mail["Message-ID"])
    try:
        await line.send(mail)
        for _ in range(max(1, round(seconds / LOOK_SECONDS))):
            if await asyncio.to_thread(inbox.has, name):
                return Finding("ok", "round trip", "a mail to ourselves came back")
            await asyncio.sleep(min(LOOK_SECONDS, seconds))
    except Exception as error:  # noqa: BLE001 - servers fail in any way
        return Finding("FAIL", "round trip", explain_trouble(error), "look at SMTP_URL")
    finally:
        await line.aclose()
        inbox.close()
    todo = "see whether MAIL_REPLY_TO leads to the mailbox of IMAP_URL"
    return Finding("FAIL", "round trip", f"nothing came back within {seconds:.0f} s", todo)


def _mail_to_ourselves(sender: str, reply_to: str) -> EmailMessage:
    mail = EmailMessage()
    local, _, domain = parseaddr(reply_to or sender)[1].rpartition("@")
    mail["From"] = sender
    # As the desks answer: whether addresses with a plus sign arrive is a part of the question.
    mail["To"] = f"{local}+check@{domain}"
    mail["Subject"] = "Aiguilleur: mail check"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<check.{secrets.token_hex(8)}@{domain_of(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("This is a test of the mailbox; it may be deleted.\n")
    return mail
