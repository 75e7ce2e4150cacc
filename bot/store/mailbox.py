"""What is kept of a mailbox: who reads it, how far, and what was not relayed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, insert, or_, select, update

from bot.store.mail_tables import mail_seen, mail_state, mail_unmatched
from bot.store.tables import insert_new
from bot.store.ticket_tables import ticket_messages

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.store import Store

LEASE = timedelta(seconds=90)
"""How long a process may be silent before another one reads the mailbox: longer than a fetch."""


class Position(NamedTuple):
    """How far a mailbox was read: the server's numbering, and the last number of it."""

    uidvalidity: int
    uid: int


class Unmatched(NamedTuple):
    """A mail that was not relayed, and why."""

    id: int
    at: datetime
    reason: str
    sender: str
    subject: str
    text: str


class MailBook:
    """What one account has in the store.

    Args:
        store: everything is written through it.
        account: address of the mailbox; kept as a pseudonym.
    """

    def __init__(self, store: Store, account: str) -> None:
        self._store = store
        self._account = store.pseudonym.of("mail", account)

    async def hold(self) -> Position | None:
        """Become, or stay, the one that reads the mailbox; None: another process does.

        Raises:
            StoreError: the database cannot be used.
        """
        writer, holder = self._store.writer, self._store.holder
        mine = mail_state.c.account == self._account
        free = or_(
            mail_state.c.holder.is_(None),
            mail_state.c.holder == holder,
            mail_state.c.lease < writer.moment(),
        )
        taking = update(mail_state).where(mine, free)
        taking = taking.values(holder=holder, lease=writer.moment(LEASE))
        first = {"account": self._account, "uidvalidity": 0, "uid": 0}

        async def work(connection: AsyncConnection) -> Position | None:
            await connection.execute(insert_new(mail_state, connection.dialect.name).values(first))
            place = mail_state.c.uidvalidity, mail_state.c.uid
            row = (await connection.execute(taking.returning(*place))).first()
            return Position(*row) if row else None

        return await self._store.write(work)

    async def release(self) -> None:
        """Let another process read the mailbox at once."""
        mine = mail_state.c.account == self._account, mail_state.c.holder == self._store.holder
        free = update(mail_state).where(*mine).values(holder=None, lease=None)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(free)

        await self._store.write(work)

    async def advance(self, connection: AsyncConnection, position: Position) -> bool:
        """In a transaction: note how far it was read; False when another process reads it now."""
        mine = mail_state.c.account == self._account, mail_state.c.holder == self._store.holder
        moved = update(mail_state).where(*mine).values(position._asdict())
        return (await connection.execute(moved)).rowcount == 1

    async def knows(self, connection: AsyncConnection, digest: str) -> bool:
        """In a transaction: whether a mail was noted."""
        found = select(mail_seen.c.digest).where(mail_seen.c.digest == digest)
        return (await connection.execute(found)).first() is not None

    async def is_new(self, connection: AsyncConnection, digest: str) -> bool:
        """In a transaction: note a mail; False when it was noted before."""
        row = {"digest": digest, "at": datetime.now(UTC)}
        added = insert_new(mail_seen, connection.dialect.name).values(row)
        return (await connection.execute(added)).rowcount == 1

    async def keep(
        self, connection: AsyncConnection, reason: str, *, sender: str, subject: str, text: str
    ) -> None:
        """In a transaction: keep a mail that is not relayed, sealed."""
        payload = {"sender": sender, "subject": subject, "text": text}
        row = {
            "at": datetime.now(UTC),
            "reason": reason,
            "payload": self._store.vault.seal(payload),
        }
        await connection.execute(insert(mail_unmatched).values(row))

    async def list_unmatched(self, limit: int = 100) -> list[Unmatched]:
        """The mails that were not relayed, the newest first."""
        newest = select(mail_unmatched).order_by(mail_unmatched.c.id.desc()).limit(limit)

        async def work(connection: AsyncConnection) -> list[Unmatched]:
            rows = (await connection.execute(newest)).all()
            opened = [(row, self._store.vault.open_or_none(row.payload) or {}) for row in rows]
            return [
                Unmatched(row.id, row.at, row.reason, *(said.get(name, "") for name in _SEALED))
                for row, said in opened
            ]

        return await self._store.write(work)

    async def count_relayed(
        self,
        connection: AsyncConnection,
        ticket_id: int,
        source: str,
        since: datetime,
        *,
        author: str = "desk",
    ) -> int:
        """In a transaction: how many mails of one side were put into a ticket since a moment."""
        theirs = (
            ticket_messages.c.author == author,
            ticket_messages.c.ticket_id == ticket_id,
            ticket_messages.c.origin == source,
            ticket_messages.c.at >= since,
        )
        number = select(func.count()).select_from(ticket_messages).where(*theirs)
        return int((await connection.execute(number)).scalar_one())


_SEALED = ("sender", "subject", "text")
