"""The mailbox wired: served beside the channels, watched, and spoken of when it stays silent."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from bot.channels.mail.fetching import ImapLine
from bot.channels.mail.sending import SmtpLine
from bot.channels.mail.servers import explain_trouble, server_of
from bot.channels.mail.service import MailOptions, MailService
from bot.conversation.messages import Delivery, Recipient
from bot.conversation.replies import notices
from bot.ops.findings import Finding
from bot.ops.waiting import wait_at_most
from bot.service.ticket_wiring import TELEGRAM, build_casework
from bot.store import StoreError
from bot.store.marks import move_mark, read_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.ops.health import Probe
    from bot.ops.metrics import Metrics
    from bot.ops.settings import Settings
    from bot.store.deliveries import Deliveries
    from bot.store.store import Store, Transaction
    from kb.entries import KnowledgeBase

SILENT_SECONDS = 900.0
"""After so long without a working mailbox somebody is told."""

LOOK_SECONDS = 15.0
TELL_AGAIN_SECONDS = 86_400
TOLD = "silent mailbox"
"""The mark that says when admins were told last, in seconds of the epoch."""

_log = logging.getLogger(__name__)


def build_mail(
    settings: Settings,
    store: Store,
    deliveries: Deliveries,
    metrics: Metrics,
    base: Callable[[], KnowledgeBase],
) -> MailService | None:
    """What serves the mailbox; None where no desk is served by mail."""
    if not settings.mail_desks:
        return None
    options = MailOptions(
        settings.mail_from,
        settings.mail_reply_to,
        settings.smtp_url.get_secret_value(),
        settings.imap_url.get_secret_value(),
        settings.mail_authserv_id,
        settings.public_address,
    )
    return MailService(
        options,
        store,
        deliveries,
        metrics,
        casework=lambda: build_casework(settings, base()),
        service=lambda: base().about.name,
    )


def mail_probe(mail: MailService) -> Probe:
    """Whether the mailbox works. A warning at most: a restart would mend no wrong password."""

    async def probe() -> Finding:
        silent = mail.silent_seconds
        if silent >= SILENT_SECONDS:
            said = f"it has not worked for {silent / 60:.0f} min ({mail.trouble})"
            return Finding("warn", "mailbox", said, "run `aiguilleur doctor`")
        return Finding("ok", "mailbox", mail.trouble or "it works")

    return probe


async def serve_mail(
    mail: MailService | None,
    settings: Settings,
    store: Store,
    metrics: Metrics,
    stop: asyncio.Event,
) -> None:
    """Serve the mailbox until ``stop`` is set, and tell admins once when it does not work."""
    if mail is not None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(mail.run(stop))
            tasks.create_task(_watch(mail, settings, store, metrics, stop))


async def _watch(
    mail: MailService,
    settings: Settings,
    store: Store,
    metrics: Metrics,
    stop: asyncio.Event,
) -> None:
    told = False
    while not stop.is_set():
        silent = mail.silent_seconds
        metrics.mail_silent_seconds.set(silent)
        if silent >= SILENT_SECONDS and not told:
            told = await tell_admins(mail, settings, store)
        elif told and not silent:
            told = not await note_recovery(store)
        await wait_at_most(LOOK_SECONDS, stop)


async def tell_admins(mail: MailService, settings: Settings, store: Store) -> bool:
    """Put one notice for each admin into the outbox; False when the database cannot be used.

    One outage is told once, by whichever process sees it first, and again only after a day: a
    process that is started anew meanwhile tells nobody.
    """
    _log.error("The mailbox of the desks has not worked for long: %s.", mail.trouble)
    reply = notices.silent_mailbox(int(mail.silent_seconds // 60), mail.trouble)
    admins = settings.admin_ids if settings.token else ()
    sent = [Delivery(Recipient(TELEGRAM, str(admin)), reply) for admin in admins]
    try:
        await store.write(lambda transaction: _tell_once(transaction, mail, sent))
    except StoreError:
        return False
    return True


async def _tell_once(transaction: Transaction, mail: MailService, sent: Sequence[Delivery]) -> None:
    now = int(time.time())
    if now - await read_mark(transaction, TOLD) < TELL_AGAIN_SECONDS:
        return
    await move_mark(transaction, TOLD, now)
    await mail.deliveries.put(transaction, sent)


async def note_recovery(store: Store) -> bool:
    """The mailbox works again: the next outage is told; False when the database cannot be used."""
    try:
        await store.write(lambda transaction: move_mark(transaction, TOLD, 0))
    except StoreError:
        return False
    return True


async def mail_servers(settings: Settings) -> list[Finding]:
    """Whether both servers take our password, for ``doctor``."""
    if not settings.mail_desks:
        return []
    return [await _smtp(settings), await _imap(settings)]


async def _smtp(settings: Settings) -> Finding:
    try:
        await SmtpLine(server_of(settings.smtp_url.get_secret_value())).check()
    except Exception as error:  # noqa: BLE001 - servers fail in any way
        return Finding("FAIL", "outgoing mail", explain_trouble(error), "look at SMTP_URL")
    return Finding("ok", "outgoing mail", "the server takes our mails")


async def _imap(settings: Settings) -> Finding:
    line = ImapLine(server_of(settings.imap_url.get_secret_value()))
    try:
        await asyncio.to_thread(line.check)
    except Exception as error:  # noqa: BLE001 - servers fail in any way
        return Finding("FAIL", "mailbox", explain_trouble(error), "look at IMAP_URL")
    return Finding("ok", "mailbox", "it can be read")
