"""The topics of tickets: the one that each has, and those that it had before a transfer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, literal, select, update

from bot.escalation.ports import Post, Topic
from bot.store.ticket_tables import ticket_copies, ticket_topics, tickets

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.escalation.tickets import Ticket
    from bot.store.pseudonym import Pseudonym
    from bot.store.vault import Vault


class SqlTopics:
    """The part of ``bot.escalation.ports.Tickets`` that knows where tickets are at desks."""

    _connection: AsyncConnection
    _vault: Vault
    _pseudonym: Pseudonym

    async def set_thread(
        self, ticket: Ticket, post: Post, thread: int | None, state: str, source: str
    ) -> None:
        """Note where a ticket's topic is, and what became of it; no step, no version."""
        values = {
            "place": self._vault.seal(post._asdict()),
            "place_source": source,
            "place_chat": self._pseudonym.of(post.channel, post.chat),
            "thread": thread,
            "thread_state": state,
        }
        noted = update(tickets).where(tickets.c.id == ticket.id).values(values)
        await self._connection.execute(noted)

    async def leave_place(self, source: str, chat: str) -> None:
        """A group has become another: what stood there is found by no number any more."""
        here = tickets.c.place_source == source, tickets.c.place_chat == chat
        left = update(tickets).where(*here, tickets.c.thread_state == "open")
        await self._connection.execute(left.values(thread=None, thread_state="lost"))
        stood = ticket_copies.c.source == source, ticket_copies.c.chat == chat
        await self._connection.execute(update(ticket_copies).where(*stood).values(number=None))

    async def keep_former(self, before: Ticket) -> None:
        """A ticket leaves its topic, where its words stay until it is erased."""
        if before.thread is None or before.thread_state != "open":
            return
        row = {
            "ticket_id": tickets.c.id,
            "at": literal(datetime.now(UTC), ticket_topics.c.at.type),
            "source": tickets.c.place_source,
            "chat": tickets.c.place_chat,
            "place": tickets.c.place,
            "thread": literal(before.thread, ticket_topics.c.thread.type),
            "state": literal("open"),
        }
        left = select(*row.values()).where(tickets.c.id == before.id)
        await self._connection.execute(insert(ticket_topics).from_select([*row], left))

    async def thread_in(self, ticket_id: int, source: str, chat: str) -> int | None:
        """The topic of a ticket in a group that is named by its pseudonym, now or before."""
        own = select(tickets.c.thread).where(
            tickets.c.id == ticket_id,
            tickets.c.place_source == source,
            tickets.c.place_chat == chat,
        )
        here = (await self._connection.execute(own)).scalar_one_or_none()
        if here is not None:
            return int(here)
        former = ticket_topics.c.ticket_id == ticket_id, ticket_topics.c.source == source
        last = select(ticket_topics.c.thread).where(*former, ticket_topics.c.chat == chat)
        last = last.order_by(ticket_topics.c.id.desc()).limit(1)
        return (await self._connection.execute(last)).scalar_one_or_none()

    async def topics_to_delete(self, limit: int) -> list[Topic]:
        """The topics of erased tickets that are still there, former ones among them."""
        names = tickets.c.id, tickets.c.place_source, tickets.c.place, tickets.c.thread
        erased = tickets.c.state == "erased", tickets.c.thread_state == "deleting"
        own = await self._connection.execute(select(*names).where(*erased).limit(limit))
        found = [self._topic(*row, 0) for row in own]
        wanted = ("ticket_id", "source", "place", "thread", "id")
        former = select(*(ticket_topics.c[name] for name in wanted)).where(
            ticket_topics.c.state == "deleting"
        )
        rows = await self._connection.execute(former.limit(limit))
        return [*found, *(self._topic(*row) for row in rows)][:limit]

    async def note_deleted(self, topic: Topic) -> None:
        """A topic is deleted, or was gone already."""
        if topic.former:
            gone = update(ticket_topics).where(ticket_topics.c.id == topic.former)
            await self._connection.execute(gone.values(state="deleted"))
            return
        gone = update(tickets).where(tickets.c.id == topic.ticket_id)
        await self._connection.execute(gone.values(thread_state="deleted"))

    def _topic(
        self, ticket_id: int, source: str, place: str | None, thread: int | None, former: int
    ) -> Topic:
        opened: dict[str, Any] | None = self._vault.open_or_none(place) if place else None
        post = Post(**opened) if opened else Post("", "")
        return Topic(ticket_id, source, post, thread or 0, former)
