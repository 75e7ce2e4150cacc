"""The second step of the work on an update: decide once, then write all that it leads to.

The turn, the reply and the end of the update are written in one transaction: killed at any moment,
either all of it has happened or nothing has.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from bot.channels.telegram.rates import Allowed
from bot.channels.telegram.sending.outgoing import outgoing
from bot.channels.telegram.updates.events import Asked, Pressed
from bot.conversation.messages import Button, Outcome, Reply
from bot.conversation.replies import notices

if TYPE_CHECKING:
    from datetime import datetime

    from telegram import User

    from bot.channels.answering import Answerer, Decided
    from bot.channels.telegram.admin import Admin
    from bot.channels.telegram.sending.outgoing import Outgoing
    from bot.store.boxes.boxes import Boxes
    from bot.store.boxes.inbox import Held
    from bot.store.store import Store, Transaction

Answerable: TypeAlias = "Asked | Pressed"
"""The events that get an answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided once; it is written as often as the database has to be tried.

    Attributes:
        event: what is answered.
        allowed: whether the chat gets an answer.
        decided: the message as it was thought about; None when ``own`` is the answer.
        own: the answer that needs no conversation.
    """

    event: Answerable
    allowed: Allowed
    decided: Decided | None = None
    own: Reply | None = None

    async def respond(self, transaction: Transaction) -> Outcome:
        """In a transaction: what the message leads to; who asks too much is still remembered."""
        if self.decided is not None:
            outcome = await self.decided.respond(transaction)
        else:
            outcome = Outcome(self.own or Reply())
        if self.allowed is Allowed.YES:
            return outcome
        said = notices.too_many() if self.allowed is Allowed.TOLD else Reply()
        return replace(outcome, reply=said)


class Answers:
    """Answers what people ask and press.

    Args:
        store: where everything is written.
        boxes: of this bot.
        answerer: whoever answers at the moment.
        admin: answers what needs no conversation.
        me: who we are on Telegram.
    """

    def __init__(
        self, store: Store, boxes: Boxes, answerer: Answerer, admin: Admin, me: User
    ) -> None:
        self._store = store
        self._boxes = boxes
        self._answerer = answerer
        self._admin = admin
        self._me = me

    async def decide(self, event: Answerable, allowed: Allowed) -> Plan:
        """Do all the thinking, once."""
        own = self._admin.reply(event) if isinstance(event, Asked) else None
        if own is not None:
            return Plan(_as_a_new_one(event, allowed), allowed, own=own)
        decided = await self._answerer.decide(event.incoming, self._boxes.source)
        return Plan(_as_a_new_one(event, allowed), allowed, decided)

    async def write(self, held: Held, plan: Plan) -> None:
        """Write down all that the message leads to, or nothing.

        Raises:
            StoreError: nothing was written; it may be tried again.
            LostHoldError: another process works on it by now.
        """

        async def work(transaction: Transaction) -> bool:
            counts = await self._counts(transaction, held, plan.event)
            if counts:
                outcome = await plan.respond(transaction)
                await self._put(transaction, held, plan.event, outcome.reply)
            await self._boxes.inbox.mark_done(transaction, held)
            return counts

        if await self._store.write(work) and plan.decided is not None:
            plan.decided.note_recorded()

    async def _counts(self, transaction: Transaction, held: Held, event: Answerable) -> bool:
        """Whether something is to be done: a keyboard counts once however often it is pressed."""
        if not isinstance(event, Pressed) or event.message_id is None:
            return True
        return await self._boxes.outbox.press(transaction, held.chat, event.message_id)

    async def _put(
        self, transaction: Transaction, held: Held, event: Answerable, reply: Reply
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


def _as_a_new_one(event: Answerable, allowed: Allowed) -> Answerable:
    """The event; "too many" must not take the place of an answer that was edited."""
    if allowed is Allowed.YES or not isinstance(event, Asked):
        return event
    return replace(event, edited=False)


def _has_returned(event: Answerable, left_at: datetime) -> bool:
    return isinstance(event, Asked) and event.at > left_at
