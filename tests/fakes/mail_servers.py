"""Mail servers on this machine: SMTP that may fail as it is told, and a mailbox behind IMAP."""

from __future__ import annotations

import asyncio
import contextlib
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP
from imap_tools import MailBoxUnencrypted
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiosmtpd.smtp import Envelope

USER, PASSWORD = "demouser", "demopass"


class SmtpRig:
    """Takes mails.

    Attributes:
        taken: the raw mails, in order.
        faults: what becomes of the next ones: a reply such as ``451 later``, or ``cut`` after the
            mail was taken; nothing when it is empty.
        deliver_to: the mailbox that taken mails are put into; None: none.
    """

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.faults: list[str] = []
        self.arrived = asyncio.Event()
        self.url = ""
        self.deliver_to: ImapRig | None = None

    async def handle_DATA(self, server: SMTP, _: Any, envelope: Envelope) -> str:  # noqa: ANN401, N802 - aiosmtpd names it
        fault = self.faults.pop(0) if self.faults else ""
        if fault and fault != "cut":
            return fault
        content = envelope.content
        self.taken.append(content if isinstance(content, bytes) else str(content).encode())
        self.arrived.set()
        if self.deliver_to is not None:
            await self.deliver_to.put(self.taken[-1])
        if fault == "cut":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 taken"


@contextlib.asynccontextmanager
async def smtp_server() -> AsyncIterator[SmtpRig]:
    rig, loop = SmtpRig(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(rig, hostname="mx.example.org"), "127.0.0.1", 0)
    rig.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield rig
    finally:
        server.close()


class ImapRig:
    """A mailbox.

    Attributes:
        url: of it.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"imap://{USER}:{PASSWORD}@127.0.0.1:{port}/INBOX"

    async def put(self, *mails: bytes) -> None:
        """Have mails delivered into it."""
        await asyncio.to_thread(self._put, mails)

    def _put(self, mails: tuple[bytes, ...]) -> None:
        with MailBoxUnencrypted("127.0.0.1", self.port, 20).login(USER, PASSWORD) as box:
            for mail in mails:
                box.append(mail, "INBOX")

    async def count_unread(self) -> int:
        """How many mails are not marked as read."""
        return await asyncio.to_thread(self._count_unread)

    def _count_unread(self) -> int:
        with MailBoxUnencrypted("127.0.0.1", self.port, 20).login(USER, PASSWORD) as box:
            return len(box.uids("UNSEEN"))


@contextlib.asynccontextmanager
async def imap_server() -> AsyncIterator[ImapRig]:
    names = ("host", "port", "cert", "key", "passlib_cfg", "debug", "tls")
    given = Namespace(**dict.fromkeys(names), proxy_protocol="noop", demo_data=False)
    given.demo_user, given.demo_password, given.insecure_login = USER, PASSWORD, True
    backend, config = await DictBackend.init(given)
    answer = ProxyProtocolReader(config.proxy_protocol).get_callback(
        IMAPServer(backend.login, config)
    )
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield ImapRig(server.sockets[0].getsockname()[1])
    finally:
        server.close()
