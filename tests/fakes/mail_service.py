"""A service with tickets whose desks have mailboxes, with or without servers."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import update

from bot.channels.mail.addresses import TicketAddresses, source_of
from bot.channels.mail.intake import MailIntake
from bot.channels.mail.reading_replies import read_mail
from bot.channels.mail.service import MailOptions, MailService
from bot.escalation.casework import Casework
from bot.escalation.desks import StaffedDesks
from bot.escalation.limits import Limits
from bot.escalation.ports import Post
from bot.ops.metrics import Metrics
from bot.store.deliveries import Deliveries
from bot.store.mailbox import MailBook
from bot.store.person import forget_chat
from bot.store.tables import outbox
from tests.fakes.mail_servers import imap_server, smtp_server
from tests.fakes.mails import AUTHSERV, SENDER, ticket_mail
from tests.fakes.open_store import open_store
from tests.fakes.ticket_service import GROUP, SOURCE, TicketService, staffed_base

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from email.message import EmailMessage

    from bot.escalation.tickets import Ticket
    from bot.store.database.database import Database
    from bot.store.store import Transaction
    from kb.entries import KnowledgeBase
    from tests.fakes.mail_servers import ImapRig, SmtpRig

PUBLIC, ASKER = "https://chat.example.org", "claire@cabinet.example"


class Desk(TicketService):
    """A service whose workshop has a group and a mailbox."""

    def __post_init__(self) -> None:
        super().__post_init__()
        posts = {"atelier": Post("telegram", GROUP)}
        desks = StaffedDesks(self.base, posts, ["*"])
        self.casework = Casework(desks, Limits(3), lambda: self.at, mails_askers=True)
        places = {"telegram": SOURCE, "web": "web", "mail": source_of(SENDER)}
        self.places = Deliveries(self.store, places)
        self.addresses = TicketAddresses(self.store.key, SENDER)
        self.book = MailBook(self.store, SENDER)
        self.intake = MailIntake(
            self.store, self.book, self.addresses, self.places, authserv_id=AUTHSERV
        )

    async def receive(self, raw: bytes) -> str:
        received = read_mail(raw)
        return await self.store.write(lambda t: self.intake.take(t, received, self.casework))

    def mail(self, ticket: Ticket, **said: object) -> EmailMessage:
        return ticket_mail(ticket.id, 7, self.addresses, number=ticket.number, **said)

    async def leave(self, ticket: Ticket, address: str = ASKER) -> None:
        """The asker leaves an e-mail for a ticket."""
        await self.do(lambda r: r.mails.put(ticket, address, self.at))

    async def erase(self, chat: str) -> None:
        """``/oublier`` of a chat."""
        name = self.store.pseudonym.of("telegram", chat)
        await self.store.write(lambda t: forget_chat(t, name))

    async def asked(self, ticket: Ticket) -> list[str]:
        """What the asker has said in a ticket."""
        messages = await self.do(lambda r: r.messages.of_ticket(ticket))
        return [message.text for message in messages if message.author == "asker"]

    async def said(self, ticket: Ticket) -> list[str]:
        messages = await self.do(lambda r: r.messages.of_ticket(ticket))
        return [message.text for message in messages if message.author == "desk"]

    async def reasons(self) -> list[str]:
        return [mail.reason for mail in await self.book.list_unmatched()]

    async def state(self, ticket: Ticket) -> tuple[str, str]:
        found = await self.do(lambda r: r.tickets.get(ticket.id))
        assert found is not None
        return found.state, found.desk

    async def hurry(self) -> None:
        """What was put off may be sent now."""
        now = update(outbox).where(outbox.c.state == "pending").values(not_before=None)

        async def work(transaction: Transaction) -> None:
            await transaction.execute(now)

        await self.store.write(work)


def base_with_mailboxes() -> KnowledgeBase:
    """Each desk has an address in a domain of its own."""
    base = staffed_base()
    desks = {
        name: replace(desk, email=f"guichet@{name}.example") for name, desk in base.desks.items()
    }
    return replace(base, desks=desks)


@asynccontextmanager
async def serving(where: Path | Database) -> AsyncIterator[Desk]:
    """A service without servers, in a folder or in a database."""
    there = where / "a.db" if isinstance(where, Path) else where
    async with await open_store(there) as store:
        yield Desk(store, base_with_mailboxes())


@dataclass
class Exchange:
    """A desk with its servers."""

    desk: Desk
    smtp: SmtpRig
    imap: ImapRig
    mail: MailService

    async def send(self) -> None:
        """Send what waits, once."""
        for lane in await self.mail.sender.claim(100):
            await self.mail.sender.deliver_all(lane)


@asynccontextmanager
async def exchanging(
    where: Path | Database, mailbox: ImapRig | None = None
) -> AsyncIterator[Exchange]:
    """A desk with its servers; ``mailbox``: another one that runs already."""
    async with serving(where) as desk, smtp_server() as smtp, AsyncExitStack() as stack:
        if mailbox is None:
            mailbox = await stack.enter_async_context(imap_server())
        options = MailOptions(SENDER, "", smtp.url, mailbox.url, AUTHSERV, PUBLIC)
        mail = MailService(
            options,
            desk.store,
            desk.places,
            Metrics(),
            casework=lambda: desk.casework,
            service=lambda: "Les Vélos",
        )
        yield Exchange(desk, smtp, mailbox, mail)
        await mail.line.aclose()
        mail.fetcher.close()
