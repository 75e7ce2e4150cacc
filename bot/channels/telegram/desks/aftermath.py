"""What follows when a call about a ticket was made or refused: noted, mended, and told."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, TypeVar

from telegram import ReactionTypeEmoji
from telegram.error import TelegramError

from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.desks.verdicts import Lost, Moved, Plain, Trouble
from bot.channels.telegram.places import Place
from bot.channels.telegram.sending.opening import payload_of
from bot.channels.telegram.sending.refusals import Drop, Sent, Uncertain
from bot.channels.telegram.updates.events import CHANNEL
from bot.channels.worker_pool import retry_store_call
from bot.conversation.messages import About
from bot.conversation.replies import desk_notes
from bot.conversation.replies import tickets as said
from bot.escalation.ports import Post
from bot.store.boxes.letters import Letter
from bot.store.deliveries import desk_lane
from bot.store.tickets.copies import settle_together

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from bot.channels.telegram.desks.alerts import Alerts
    from bot.channels.telegram.desks.ground import Ground
    from bot.channels.telegram.desks.verdicts import TicketVerdict
    from bot.channels.telegram.sending.outgoing import Outgoing
    from bot.channels.telegram.sending.pace import Pace
    from bot.escalation.ports import Records
    from bot.escalation.tickets import Place as CopyPlace
    from bot.escalation.tickets import Ticket
    from bot.store.boxes.due import Due
    from bot.store.store import Transaction

TROUBLE_SECONDS = 20.0
"""How long a group in trouble is left alone before it is tried again."""

R = TypeVar("R")
DELIVERED = "👌"
_TROUBLE = "what became of a ticket cannot be noted"
_log = logging.getLogger(__name__)


class Aftermath:
    """Follows up what is sent about tickets.

    Args:
        ground: with the tickets and the groups.
        alerts: tell those who run the service.
        pace: leaves a group in trouble alone.
    """

    def __init__(self, ground: Ground, alerts: Alerts, pace: Pace) -> None:
        self._bot = ground.bot
        self._store = ground.store
        self._boxes = ground.boxes
        self._groups = ground.groups
        self._alerts = alerts
        self._pace = pace
        self._tasks: set[asyncio.Task[None]] = set()
        self.one_topic_at_a_time = asyncio.Lock()
        """A topic that is made and not yet noted is an orphan when the process is killed."""

    async def note_topic(
        self, due: Due, made: int, message: Outgoing, rest: list[Outgoing]
    ) -> None:
        """A ticket has a topic now; what is left of the message goes there."""

        async def work(transaction: Transaction) -> None:
            records = self._store.records(transaction, self._boxes.source)
            ticket = await records.tickets.get((message.about or {})["ticket"])
            group = self._groups.find(message.chat)
            if ticket is None or group is None:
                return
            if await self._boxes.outbox.put_off_in(transaction, due, payload_of(rest)):
                post = Post(CHANNEL, str(group))
                source = self._boxes.source
                await records.tickets.set_thread(ticket, post, made, "open", source)

        with self._boxes.outbox.leases.keep_in_hand(due.id):
            await self._note(lambda: self._store.writer.run(work, urgent=True))

    async def follow(self, found: TicketVerdict, message: Outgoing) -> float | None:
        """Do what a refusal asks for; seconds until another try, None for one of the usual ones."""
        group = self._groups.find(message.chat)
        match found:
            case Lost():
                await self._write(lambda records: _lose(records, message, self._boxes.source))
                return 0.0
            case Plain() if group is not None:
                await self.note_plain(message.chat)
                return 0.0
            case Moved(to) if group is not None:
                await self.move(group, to)
                return 0.0
            case Trouble(why) if group is not None:
                if why != "refused":
                    self._pace.hold_group(message.chat, TROUBLE_SECONDS)
                await self._alerts.tell(group, why)
                return TROUBLE_SECONDS
        return None

    async def note_plain(self, chat: int) -> None:
        """A desk's group has no topics: tickets are messages there, to which one replies."""
        group = self._groups.find(chat)
        if group is not None and self._groups.note_plain(group):
            await self._alerts.tell(group, "plain")

    async def move(self, group: int, to: int) -> None:
        """A desk's group has another number: its tickets begin anew there."""
        name = self._groups.name(group)
        await self._note(lambda: self._boxes.chats.record_move(name, to))
        await self._write(lambda records: records.tickets.leave_place(self._boxes.source, name))
        self._groups.move(group, to)
        await self._alerts.tell(group, "moved", str(to))

    async def note_album(self, due: Due, message: Outgoing, numbers: Sequence[int | None]) -> bool:
        """An album went out; False when another process holds it by now.

        Args:
            due: the row of its first message.
            message: the album.
            numbers: of its messages where they stand, in order; None: not known.
        """
        found = dict(zip(_messages_of(message), numbers, strict=False))

        async def work(transaction: Transaction) -> bool:
            if not await self._boxes.outbox.mark_sent_in(transaction, due):
                return False
            await settle_together(transaction, _place_of(message), found)
            return True

        with self._boxes.outbox.leases.keep_in_hand(due.id):
            return await self._note(lambda: self._store.writer.run(work, urgent=True))

    def show_delivery(self, message: Outgoing) -> None:
        """What a desk has written has arrived, which it is shown."""
        about = About(**(message.about or {}))
        if about.for_desk or not about.message or about.act != "message":
            return
        task = asyncio.create_task(self._show_arrival(about))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _show_arrival(self, about: About) -> None:
        origin = await self._note(lambda: self._store.write(lambda t: self._origin(t, about)))
        if origin is None:
            return
        try:
            chat, number = origin
            await self._bot.set_message_reaction(chat, number, [ReactionTypeEmoji(DELIVERED)])
        except TelegramError as error:
            _log.info("An arrival was not shown (%s).", describe_answer(error))

    async def _origin(self, transaction: Transaction, about: About) -> tuple[int, int] | None:
        """Where a desk has written a message, if in its group."""
        records = self._store.records(transaction, self._boxes.source)
        copies = await records.messages.copies(about.message)
        ticket = await records.tickets.get(about.ticket)
        post = await records.tickets.place_of(ticket) if ticket else None
        for copy in copies:
            if copy.place == "topic" and copy.state == "origin" and copy.number and post:
                return self._groups.chat_of(int(post.chat)), copy.number
        return None

    async def settle(self, due: Due, found: TicketVerdict, message: Outgoing) -> bool:
        """Settle what no other try is made of, if it is so: what is lost, or an album in doubt."""
        if isinstance(found, Sent | Uncertain) and message.kind == "album":
            return await self.note_album(due, message, [None] * len(message.album))
        if not isinstance(found, Drop):
            return False
        _log.warning("Something of a ticket cannot be delivered (%s).", found.reason)
        await self.fail(due, message, found.reason)
        return True

    async def fail(self, due: Due, message: Outgoing, reason: str) -> None:
        """Something cannot be delivered: whoever wrote it is told, in the same transaction."""
        about = About(**(message.about or {}))

        async def work(transaction: Transaction) -> None:
            if await self._boxes.outbox.mark_dropped_in(transaction, due, reason):
                records = self._store.records(transaction, self._boxes.source)
                lost = dict.fromkeys(_messages_of(message))
                await settle_together(transaction, _place_of(message), lost, reason)
                await self._tell_author(transaction, records, about, reason)

        with self._boxes.outbox.leases.keep_in_hand(due.id):
            await self._note(lambda: self._store.writer.run(work, urgent=True))

    async def _tell_author(
        self, transaction: Transaction, records: Records, about: About, reason: str
    ) -> None:
        ticket = await records.tickets.get(about.ticket)
        written = await records.messages.get(about.message) if about.message else None
        if ticket is None or written is None:
            return
        copies = await records.messages.copies(written.id)
        number = next((copy.number for copy in copies if copy.state == "origin"), None)
        if about.for_desk:
            await self._tell_asker(transaction, records, ticket, number)
        elif written.author == "desk" and (post := await records.tickets.place_of(ticket)):
            place = Place(int(post.chat), question=number)
            await self._tell_desk(transaction, ticket, post, place, reason)

    async def _tell_asker(
        self, transaction: Transaction, records: Records, ticket: Ticket, number: int | None
    ) -> None:
        address = await records.tickets.address_of(ticket)
        if address and ticket.channel == CHANNEL:
            place = Place(int(address), question=number)
            letter = Letter(said.failure_notice(ticket.number), place.to_dict())
            put = self._boxes.outbox.put_about
            note = About(ticket.id, "note")
            form = {**letter.to_dict(), "about": note.to_dict()}
            await put(transaction, ticket.chat, form, ticket.id)

    async def _tell_desk(
        self, transaction: Transaction, ticket: Ticket, post: Post, place: Place, reason: str
    ) -> None:
        about = About(ticket.id, "note", for_desk=True)
        letter = Letter(desk_notes.failure_note(ticket.number, reason), place.to_dict(), about)
        lane = desk_lane(self._store.pseudonym, CHANNEL, post.chat, ticket.id)
        await self._boxes.outbox.put_about(transaction, lane, letter.to_dict(), ticket.id)

    async def aclose(self) -> None:
        """Cancel what is under way."""
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _write(self, work: Callable[[Records], Coroutine[None, None, None]]) -> None:
        async def inside(transaction: Transaction) -> None:
            await work(self._store.records(transaction, self._boxes.source))

        await self._note(lambda: self._store.write(inside))

    @staticmethod
    async def _note(write: Callable[[], Awaitable[R]]) -> R:
        return await retry_store_call(write, _TROUBLE)


def _messages_of(message: Outgoing) -> list[int]:
    """Ids of the messages that an album shows; none of any other call."""
    return [int(part["message"]) for part in message.album]


def _place_of(message: Outgoing) -> CopyPlace:
    return "topic" if About(**(message.about or {})).for_desk else "asker"


async def _lose(records: Records, message: Outgoing, source: str) -> None:
    """The topic of a ticket is gone, if it is still the one that was written to."""
    ticket = await records.tickets.get((message.about or {})["ticket"])
    if ticket is None or ticket.thread != message.thread or message.thread is None:
        return
    post = await records.tickets.place_of(ticket)
    if post is not None:
        await records.tickets.set_thread(ticket, post, None, "lost", source)
