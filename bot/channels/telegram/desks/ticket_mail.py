"""What waits about tickets as the calls that it becomes: made when its turn has come.

Where a ticket's topic is, is looked up then and not before: it may have been deleted meanwhile.
A ticket without a topic gets one, with all that was said in it so far.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.channels.telegram.desks.albums import album_parts, can_be_album, waiting_album
from bot.channels.telegram.desks.parts import (
    Target,
    copy_parts,
    edit_parts,
    is_media,
    parts_of,
    withdrawal,
)
from bot.channels.telegram.places import Place
from bot.channels.telegram.sending.opening import UndeliverableError
from bot.channels.telegram.sending.outgoing import Outgoing
from bot.channels.telegram.updates.events import CHANNEL
from bot.channels.worker_pool import retry_store_call
from bot.conversation.messages import About
from bot.conversation.replies import desk_notes
from bot.escalation.ports import Post
from bot.store.boxes.letters import Letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.channels.telegram.desks.ground import Ground
    from bot.conversation.messages import Reply
    from bot.escalation.ports import Records
    from bot.escalation.tickets import Message, Ticket
    from bot.escalation.tickets import Place as CopyPlace
    from bot.store.boxes.due import Due
    from bot.store.store import Transaction


@dataclass(frozen=True, slots=True)
class _Here:
    """Where something about a ticket goes at a desk; ``topic`` is 0 in a group without topics."""

    ticket: Ticket
    group: int
    topic: int | None


class TicketMail:
    """Opens what waits about tickets.

    Args:
        ground: with the tickets and the groups.
    """

    def __init__(self, ground: Ground) -> None:
        self._store = ground.store
        self._source = ground.source
        self._groups = ground.groups
        self._casework = ground.casework

    async def open(self, due: Due) -> list[Outgoing]:
        """The calls to make, in order.

        Raises:
            NotYetError: more of what belongs to it may still come.
            UndeliverableError: there are none, and never will be.
            UnknownVersionError: a newer version of the program wrote it.
        """
        payload = due.payload
        if payload is None:
            raise UndeliverableError("sealed with another key")
        begun = [Outgoing.from_dict(each) for each in payload.get("messages", ())]
        letter = None if begun else Letter.from_dict(payload)

        async def work(transaction: Transaction) -> list[Outgoing]:
            records = self._store.records(transaction, self._source)
            return await self._open(records, letter, begun)

        trouble = "something about a ticket has to wait for the database"
        found = await retry_store_call(lambda: self._store.write(work), trouble)
        if not found:
            raise UndeliverableError("there is nothing to do for it")
        return found

    async def _open(
        self, records: Records, letter: Letter | None, begun: list[Outgoing]
    ) -> list[Outgoing]:
        # What was begun may have a head of the topic before the message itself.
        about = letter.about if letter else About(**(begun[-1].about or {}))
        assert about is not None, "it belongs to a ticket"  # noqa: S101 - for the types
        if about.for_desk:
            chat = int(letter.place["chat"]) if letter else begun[0].chat
            return await self._to_desk(records, about, letter, begun, chat)
        if letter is None:
            return begun
        place = Place.from_dict(letter.place)
        calls = await self._calls(records, about, letter.reply, place)
        return _marked(calls, about)

    async def _to_desk(
        self,
        records: Records,
        about: About,
        letter: Letter | None,
        begun: list[Outgoing],
        chat: int,
    ) -> list[Outgoing]:
        ticket = await records.tickets.get(about.ticket)
        # What was begun names the chat as it is now.
        group = self._groups.find(chat)
        if ticket is None or ticket.state == "erased" or group is None:
            raise UndeliverableError("its ticket is not at this desk any more")
        here = _Here(ticket, group, await self._topic(records, ticket, about, group))
        if begun and begun[0].kind == "topic":
            # It was called for before, and nobody knows what came of that.
            if here.topic is None and not self._groups.is_plain(group):
                return [self._placed(call, here, None) for call in begun]
            begun = begun[1:]
        calls = begun
        if letter is not None:
            place = Place.from_dict({**letter.place, "chat": group})
            calls = await self._calls(records, about, letter.reply, place, here)
        heads = await self._heads(records, about, here)
        before = about if about.act == "head" else replace(about, act="note", message=0)
        head = await self._head_number(records, here) if not here.topic else None
        placed = _marked([self._placed(call, here, head) for call in heads], before)
        kept = [self._placed(call, here, head) for call in calls]
        return [*placed, *(call if call.about else _mark(call, about) for call in kept)]

    async def _topic(
        self, records: Records, ticket: Ticket, about: About, group: int
    ) -> int | None:
        """The topic of a ticket in a group; 0: none is needed; None: it has none yet."""
        post, own = Post(CHANNEL, str(group)), self._casework().desks.post_of(ticket.desk)
        if about.act == "close" or own != post:
            # Of a desk that has given it away, where it was.
            return await self._former(records, ticket, group)
        there = ticket.thread_state == "open" and await records.tickets.place_of(ticket) == post
        if there and (ticket.thread or self._groups.is_plain(group)):
            return 0 if self._groups.is_plain(group) else ticket.thread
        if not self._groups.is_plain(group):
            return None
        if about.act != "head":
            return None
        await records.tickets.set_thread(ticket, post, 0, "open", self._source)
        return 0

    async def _former(self, records: Records, ticket: Ticket, group: int) -> int:
        found = await records.tickets.thread_in(ticket.id, self._source, self._groups.name(group))
        if found is None:
            raise UndeliverableError("its topic is gone")
        return 0 if self._groups.is_plain(group) else found

    async def _heads(self, records: Records, about: About, here: _Here) -> list[Outgoing]:
        """What stands before all else where the ticket is not yet: the topic, and its story."""
        if here.topic is not None:
            return []
        said = await records.messages.of_ticket(here.ticket)
        question = said[0].text if said else ""
        name = desk_notes.title(here.ticket.number, question)
        plain = self._groups.is_plain(here.group)
        topic = [] if plain else [Outgoing(here.group, "", name, kind="topic")]
        if plain:
            post = Post(CHANNEL, str(here.group))
            await records.tickets.set_thread(here.ticket, post, 0, "open", self._source)
        if about.act == "head":
            return topic
        casework, place = self._casework(), Place(here.group)
        head = await casework.outgoing.opening(records, here.ticket, said)
        story = await self._story(records, said, about.message)
        replies = [head, desk_notes.history(story)] if story else [head]
        return [*topic, *(call for reply in replies for call in parts_of(reply, place))]

    async def _story(
        self, records: Records, said: Sequence[Message], but: int
    ) -> list[tuple[str, str]]:
        """What was said before and is not about to be sent there anyway, author and text."""
        told: list[tuple[str, str]] = []
        for message in said[1:]:
            copies = await records.messages.copies(message.id)
            waits = any(copy.place == "topic" and copy.state == "pending" for copy in copies)
            if message.state == "kept" and not (message.internal or waits or message.id == but):
                told.append((message.author, message.text))
        return told

    async def _calls(
        self, records: Records, about: About, reply: Reply, place: Place, here: _Here | None = None
    ) -> list[Outgoing]:
        """What a letter comes to where it goes."""
        said = await records.messages.get(about.message) if about.message else None
        if about.act in {"edit", "withdraw"} and said is not None:
            return await self._change(records, about, reply, place, said)
        if said is not None and is_media(said) and about.act == "message":
            return await self._files(records, about, reply, place, said)
        calls = parts_of(reply, place)
        if here and here.topic and about.act in {"close", "reopen"}:
            managed = Outgoing(
                place.chat, "", "", kind="close" if about.act == "close" else "reopen"
            )
            return [*calls, managed] if about.act == "close" else [managed, *calls]
        return calls

    async def _files(
        self, records: Records, about: About, reply: Reply, place: Place, said: Message
    ) -> list[Outgoing]:
        """A file with its words, and all that was sent together with it."""
        where: CopyPlace = "topic" if about.for_desk else "asker"
        together = await waiting_album(records, said, where, self._casework().clock())
        source = await self._original(records, said)
        if source is None:
            return parts_of(reply, place)
        if can_be_album(together):
            return album_parts(together, source, reply, place, for_desk=about.for_desk)
        return copy_parts(said, source, parts_of(reply, place), place, for_desk=about.for_desk)

    async def _change(
        self, records: Records, about: About, reply: Reply, place: Place, said: Message
    ) -> list[Outgoing]:
        where: CopyPlace = "topic" if about.for_desk else "asker"
        numbers = await records.messages.numbers_at(said.id, where)
        if about.act == "withdraw":
            return withdrawal(place.chat, numbers)
        ticket = await records.tickets.get(said.ticket_id)
        if about.for_desk and ticket and (await records.messages.of_ticket(ticket))[0] == said:
            reply = await self._casework().outgoing.opening(records, ticket, [said])
        return edit_parts(said, parts_of(reply, place), numbers)

    async def _original(self, records: Records, said: Message) -> Target | None:
        """Where a message was written, so that it can be copy_parts."""
        copies = await records.messages.copies(said.id)
        origin = next((copy for copy in copies if copy.state == "origin"), None)
        ticket = await records.tickets.get(said.ticket_id)
        if origin is None or ticket is None or not origin.number:
            return None
        if origin.place == "asker":
            address = await records.tickets.address_of(ticket)
            return Target(int(address), origin.number) if address else None
        post = await records.tickets.place_of(ticket)
        return Target(self._groups.chat_of(int(post.chat)), origin.number) if post else None

    async def _head_number(self, records: Records, here: _Here) -> int | None:
        """In a group without topics, the message of the head: what follows stands under it."""
        said = await records.messages.of_ticket(here.ticket)
        copies = await records.messages.copies(said[0].id) if said else []
        return next((copy.number for copy in copies if copy.place == "topic"), None)

    def _placed(self, call: Outgoing, here: _Here, head: int | None) -> Outgoing:
        """The call where its ticket is now."""
        chat = self._groups.chat_of(here.group)
        return replace(call, chat=chat, thread=here.topic or None, question=call.question or head)


def _marked(calls: Sequence[Outgoing], about: About) -> list[Outgoing]:
    return [_mark(call, about) for call in calls]


def _mark(call: Outgoing, about: About) -> Outgoing:
    return replace(call, about=about.to_dict())
