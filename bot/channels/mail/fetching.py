"""Reads the mailbox in one thread, while this process holds it: new mails by their numbers.

A mail is marked as read only once what came of it is committed; until then a crash makes it come
again, and its digest keeps it from being relayed twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.consts import MailMessageFlags

from bot.channels.mail.servers import CALL_SECONDS, Standing, explain_trouble
from bot.ops.retrying import Backoff
from bot.ops.waiting import wait_at_most
from bot.store import StoreError
from bot.store.mailbox import Position

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.channels.mail.servers import MailServer
    from bot.store.mailbox import MailBook

T = TypeVar("T")
BATCH = 20
"""Mails that are fetched at once."""

MAX_BYTES = 30_000_000
"""Of one mail that are fetched; a longer one is cut, which costs it its last attachments."""

IDLE_SECONDS = 10.0
"""How long the server is listened to before the hold on the mailbox is renewed."""

POLL_SECONDS = 20.0
"""How often a server is asked that cannot tell by itself."""

WAITS = (5.0, 120.0)
_log = logging.getLogger(__name__)


class Fetched(NamedTuple):
    """A mail with its number."""

    position: Position
    raw: bytes


class ImapLine:
    """One connection to a mailbox; every method waits, and belongs into one thread.

    Args:
        server: where.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._box: BaseMailBox | None = None

    def fetch(self, after: Position) -> list[Fetched]:
        """The next mails after a position; from the beginning when the server numbers anew."""
        is_new, box = self._box is None, self._connect()
        status = box.folder.status(self._server.folder, ["UIDVALIDITY"])
        validity = int(status["UIDVALIDITY"])
        start = after.uid if validity == after.uidvalidity else 0
        if is_new and start:
            self._mark_what_is_left(box, start)
        # "n+1:*" gives the last mail when there is none after n: the star is the larger of both.
        numbers = sorted(int(uid) for uid in box.uids(f"UID {start + 1}:*"))
        wanted = [number for number in numbers if number > start][:BATCH]
        return [Fetched(Position(validity, uid), self._raw(box, uid)) for uid in wanted]

    @staticmethod
    def _mark_what_is_left(box: BaseMailBox, until: int) -> None:
        """Mark what was worked on by somebody who ended before they could."""
        left = [uid for uid in box.uids(f"UNSEEN UID 1:{until}") if int(uid) <= until]
        if left:
            box.flag(left, MailMessageFlags.SEEN, value=True)

    def check(self) -> None:
        """Connect, log in, and let go."""
        try:
            self._connect()
        finally:
            self.close()

    def has(self, name: str) -> bool:
        """Whether a mail of this ``Message-ID`` is there."""
        box = self._connect()
        box.client.noop()
        return bool(box.uids(f'HEADER Message-ID "{name}"'))

    def mark(self, uids: list[int]) -> None:
        """Mark mails as read."""
        self._connect().flag([str(uid) for uid in uids], MailMessageFlags.SEEN, value=True)

    def wait(self, seconds: float) -> bool:
        """Wait for something new; False at once when this server cannot tell."""
        box = self._connect()
        if "IDLE" not in box.client.capabilities:
            return False
        box.idle.wait(timeout=seconds)
        return True

    def close(self) -> None:
        """Let go of the connection; may be called from any thread, to end a wait."""
        box, self._box = self._box, None
        if box is not None:
            with contextlib.suppress(Exception):
                box.client.shutdown()

    def _connect(self) -> BaseMailBox:
        if self._box is None:
            server, context = self._server, ssl.create_default_context()
            box: BaseMailBox
            if server.encryption == "tls":
                box = MailBox(server.host, server.port, CALL_SECONDS, ssl_context=context)
            elif server.encryption == "starttls":
                box = MailBoxStartTls(server.host, server.port, CALL_SECONDS, ssl_context=context)
            else:
                box = MailBoxUnencrypted(server.host, server.port, CALL_SECONDS)
            self._box = box
            box.login(server.user, server.password, server.folder)
        return self._box

    @staticmethod
    def _raw(box: BaseMailBox, uid: int) -> bytes:
        _, data = box.client.uid("fetch", str(uid), f"(BODY.PEEK[]<0.{MAX_BYTES}>)")
        return next((part[1] for part in data if isinstance(part, tuple)), b"")


class Fetcher:
    """Reads the mailbox until told to stop.

    Args:
        line: to the mailbox.
        book: who reads it, and how far.
        take: works on one mail and notes its position, in one transaction; False when another
            process has the mailbox by now.

    Attributes:
        standing: whether it can be read.
    """

    def __init__(
        self,
        line: ImapLine,
        book: MailBook,
        take: Callable[[Fetched], Awaitable[bool]],
    ) -> None:
        self._line = line
        self._book = book
        self._take = take
        self._thread = ThreadPoolExecutor(1, "mailbox")
        self.standing = Standing()

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch until ``stop`` is set; whatever fails is tried again."""
        backoff, closing = Backoff(*WAITS), asyncio.create_task(self._close_at_end(stop))
        try:
            while not stop.is_set():
                try:
                    await self._round(stop)
                    backoff.reset()
                except Exception as error:  # noqa: BLE001 - servers fail in any way
                    if stop.is_set():
                        break
                    self._note_trouble(error)
                    self._line.close()
                    await wait_at_most(backoff.next(), stop)
        finally:
            closing.cancel()
            self.close()
            with contextlib.suppress(StoreError):
                await self._book.release()

    async def fetch_all(self) -> int:
        """Work on all that is there now; how many mails that were.

        Raises:
            Exception: whatever the server or the database fails with.
        """
        done = 0
        while (position := await self._book.hold()) is not None:
            fetched = await self._in_thread(self._line.fetch, position)
            self.standing.note_work()
            taken: list[int] = []
            for mail in fetched:
                if not await self._take(mail):
                    return done
                taken.append(mail.position.uid)
            if not taken:
                return done
            await self._in_thread(self._line.mark, taken)
            done += len(taken)
        # Another process reads it, and looks after it.
        self.standing.note_work()
        return done

    def close(self) -> None:
        """Let go of the connection and of the thread."""
        self._line.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _round(self, stop: asyncio.Event) -> None:
        await self.fetch_all()
        if not stop.is_set() and not await self._in_thread(self._line.wait, IDLE_SECONDS):
            await wait_at_most(POLL_SECONDS, stop)

    async def _in_thread(self, call: Callable[..., T], *given: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *given)

    async def _close_at_end(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._line.close()

    def _note_trouble(self, error: Exception) -> None:
        said = explain_trouble(error)
        if said != self.standing.trouble:
            _log.warning("The mailbox cannot be read: %s.", said)
        self.standing.note_trouble(said)
