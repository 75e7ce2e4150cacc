"""Works on what came in: an update becomes an event, the event a reply, the reply waits to be sent.

The turn, the reply and the end of the update are written in one transaction: killed at any moment,
either all of it has happened or nothing has.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bot.channels.telegram.rates import ASIDE_FACTOR, GROUP_FACTOR, Allowed
from bot.channels.telegram.sending.outgoing import outgoing
from bot.channels.telegram.updates.events import (
    Asked,
    Membership,
    Moved,
    Pressed,
    Searched,
    UnreadableError,
    read,
)
from bot.channels.worker_pool import WorkerPool, retry_store_call, work_in_order
from bot.conversation import replies
from bot.conversation.commands import command_names
from bot.conversation.messages import Button, Reply
from bot.conversation.replies import notices
from bot.ops.faults import describe
from bot.store.boxes.inbox import LostHoldError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from telegram import User

    from bot.channels.telegram.immediate import SideEffects
    from bot.channels.telegram.rates import ChatRates
    from bot.channels.telegram.sending.outgoing import Outgoing
    from bot.channels.telegram.updates.events import Event
    from bot.conversation.ports import Journal, Responder
    from bot.store.boxes.boxes import Boxes
    from bot.store.boxes.inbox import Held
    from bot.store.store import Store, Transaction

AT_ONCE = 64
LANE_SECONDS = 10.0
"""After so long a chat gives its place back, so that others have their turn."""

TRIES = 2
"""How often an update is worked on that fails for a reason of its own."""

_log = logging.getLogger(__name__)


class _Begun(NamedTuple):
    """Whether the chat gets an answer, and the answer that needs no conversation."""

    allowed: Allowed
    own: Reply | None = None


class Worker:
    """Works the inbox off.

    Args:
        store: where everything is written.
        boxes: of this bot.
        talker: gives whoever answers at this moment.
        me: who we are on Telegram.
        side: what is done at once and not stored.
        rates: how much a chat may ask.
        written: called when there is something to send.
    """

    def __init__(
        self,
        store: Store,
        *,
        boxes: Boxes,
        talker: Callable[[], Responder],
        me: User,
        side: SideEffects,
        rates: ChatRates,
        written: Callable[[], None],
    ) -> None:
        self._store = store
        self._boxes = boxes
        self._talker = talker
        self._me = me
        self._side = side
        self._rates = rates
        self._written = written
        self._commands = command_names()
        self.crew: WorkerPool[list[Held]] = WorkerPool(
            "inbox", AT_ONCE, boxes.inbox.claim, self._work_all
        )

    async def _work_all(self, lane: list[Held]) -> None:
        """Work on what waits in one chat, in order, for as long as it is surely ours."""
        await work_in_order(lane, self._work, self._give_back, LANE_SECONDS)

    async def _give_back(self, lane: Sequence[Held]) -> None:
        numbers = [held.id for held in lane]
        await retry_store_call(lambda: self._boxes.inbox.leases.give_back(numbers), "waiting")

    async def _work(self, held: Held) -> bool:
        """Whether the next one of the chat may follow."""
        try:
            event = self._read(held)
            once = self._begin(held, event)
            await retry_store_call(
                lambda: self._attempt(held, event, once), "an update has to wait for the database"
            )
        except UnreadableError as error:
            _log.warning("An update cannot be read (%s) and is set aside.", error)
            self._side.figures.count_update("poison")
            reason = str(error)
            await retry_store_call(lambda: self._boxes.inbox.quarantine(held, reason), "waiting")
        except LostHoldError:
            _log.info("An update was taken over by another process.")
            return False
        except Exception as error:  # noqa: BLE001 - whatever broke, the person is told
            _log.error("An update was not answered: %s.", describe(error))
            return await retry_store_call(lambda: self._retry_or_give_up(held), "waiting")
        return True

    def _read(self, held: Held) -> Event | None:
        if held.payload is None:
            raise UnreadableError("sealed with another key")
        return read(held.payload, self._me, self._commands)

    def _begin(self, held: Held, event: Event | None) -> _Begun:
        """What is done once, however often the database has to be tried."""
        self._side.figures.count_update(type(event).__name__.lower())
        if isinstance(event, Asked):
            allowed = self._rates.ask(held.chat, GROUP_FACTOR if event.incoming.group else 1)
            return _Begun(allowed, self._side.own_reply(event))
        if isinstance(event, Pressed):
            self._side.acknowledge(event)
        # A button was offered by ourselves: it must lead somewhere, short of a flood.
        return _Begun(self._rates.ask(f"{held.chat} aside", ASIDE_FACTOR))

    async def _attempt(self, held: Held, event: Event | None, begun: _Begun) -> None:
        with self._boxes.inbox.leases.keep_in_hand(held.id):
            match event:
                case Asked():
                    await self._answer(held, event, begun)
                case Pressed() if begun.allowed is Allowed.YES:
                    await self._answer(held, event, begun)
                case Searched() if begun.allowed is Allowed.YES:
                    await self._side.search(event, self._talker().brain)
                    await self._finish(held)
                case Membership():
                    await self._note_membership(held, event)
                case Moved():
                    await self._boxes.chats.record_move(held.chat, event.to)
                    await self._finish(held)
                case _:
                    await self._finish(held)

    async def _answer(self, held: Held, event: Asked | Pressed, begun: _Begun) -> None:
        reply_in = await self._prepare_reply(event, begun)
        if begun.allowed is not Allowed.YES and isinstance(event, Asked):
            event = replace(event, edited=False)  # "too many" must not take an answer's place

        async def work(transaction: Transaction) -> None:
            if await self._counts(transaction, held, event):
                journal = self._store.journal(transaction, self._boxes.source)
                reply = self._limit_reply(await reply_in(journal), begun.allowed)
                await self._put(transaction, held, event, reply)
            await self._boxes.inbox.mark_done(transaction, held)

        await self._store.write(work)
        self._written()
        if isinstance(event, Pressed):
            self._side.retire(event)

    async def _counts(self, transaction: Transaction, held: Held, event: Asked | Pressed) -> bool:
        """Whether something is to be done: a keyboard counts once however often it is pressed."""
        if not isinstance(event, Pressed) or event.message_id is None:
            return True
        return await self._boxes.outbox.press(transaction, held.chat, event.message_id)

    async def _prepare_reply(
        self, event: Asked | Pressed, begun: _Begun
    ) -> Callable[[Journal], Awaitable[Reply]]:
        """All the thinking; what remains is to answer in a transaction."""
        own = begun.own
        if own is not None:
            return lambda _: _return_reply(own)
        talker = self._talker()
        prepared = await talker.prepare(event.incoming)
        return lambda journal: talker.respond(prepared, journal)

    async def _put(
        self, transaction: Transaction, held: Held, event: Asked | Pressed, reply: Reply
    ) -> None:
        """Have the reply sent, or what it replaces edited, unless the chat has left since."""
        left_at, moved_to = await self._boxes.chats.read_whereabouts(transaction, held.chat)
        if left_at is not None:
            if not _has_returned(event, left_at):
                return
            await self._boxes.chats.is_back(transaction, held.chat)
        place = replace(event.place, chat=moved_to or event.place.chat)
        messages = outgoing(self._add_invitation(reply), place)
        question = event.message_id if isinstance(event, Asked) else None
        if isinstance(event, Asked) and event.edited:
            messages = await self._turn_into_edit(transaction, held.chat, event, messages)
        payloads = [message.to_dict() for message in messages]
        await self._boxes.outbox.put(transaction, held.chat, payloads, question)

    def _limit_reply(self, reply: Reply, allowed: Allowed) -> Reply:
        if allowed is Allowed.YES:
            return reply
        self._side.figures.count_capped()
        return notices.too_many() if allowed is Allowed.TOLD else Reply()

    def _add_invitation(self, reply: Reply) -> Reply:
        """The reply, with a link to a chat between two where it wishes for one."""
        if not reply.private:
            return reply
        link = f"https://t.me/{self._me.username}?start={reply.private}"
        return replace(reply, buttons=(*reply.buttons, Button(notices.IN_PRIVATE, url=link)))

    async def _turn_into_edit(
        self, transaction: Transaction, chat: str, event: Asked, messages: list[Outgoing]
    ) -> list[Outgoing]:
        """An edited question edits its answer where both are one message; else it is a new one."""
        await self._boxes.outbox.withdraw(transaction, chat, event.message_id)
        if len(messages) != 1:
            return messages
        # The first answer may be under way: its number is known once this one's turn has come.
        return [replace(messages[0], replaces=event.message_id)]

    async def _note_membership(self, held: Held, event: Membership) -> None:
        if event.here:
            await self._boxes.chats.record_return(held.chat)
        else:
            await self._boxes.chats.record_leaving(held.chat, "left")
            await self._boxes.outbox.withdraw_all(held.chat)
        await self._finish(held)

    async def _finish(self, held: Held) -> None:
        await self._store.write(lambda transaction: self._boxes.inbox.mark_done(transaction, held))

    async def _retry_or_give_up(self, held: Held) -> bool:
        """Try once more; then say sorry and set the update aside. Whether it is done with."""
        if held.attempts < TRIES:
            await self._boxes.inbox.leases.give_back([held.id])
            return False
        event = self._read(held)
        sorry: list[Outgoing] = []
        if isinstance(event, Asked | Pressed):
            sorry = outgoing(replies.apology(), event.place)

        async def work(transaction: Transaction) -> None:
            await self._boxes.inbox.set_aside(transaction, held, "it could not be answered")
            payloads = [message.to_dict() for message in sorry]
            await self._boxes.outbox.put(transaction, held.chat, payloads)

        await self._store.write(work)
        self._written()
        return True


async def _return_reply(reply: Reply) -> Reply:
    return reply


def _has_returned(event: Asked | Pressed, left_at: datetime) -> bool:
    return isinstance(event, Asked) and event.at > left_at
