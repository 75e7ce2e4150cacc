"""The second step of the work on an update: decide once, then write all that it leads to.

The turn, the reply and the end of the update are written in one transaction: killed at any moment,
either all of it has happened or nothing has.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from bot.channels.telegram.rates import Allowed
from bot.channels.telegram.updates.events import Asked, Pressed
from bot.channels.worker_pool import retry_store_call
from bot.conversation.messages import Outcome, Reply
from bot.conversation.replies import notices
from bot.conversation.ticket_choices import may_be_pressed_again
from bot.store.boxes.letters import Letter

if TYPE_CHECKING:
    from datetime import datetime

    from bot.channels.answering import Answerer, Decided
    from bot.channels.telegram.admin import Admin
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
        silent: whether nothing is said, whatever it leads to, as of a further photo of an album.
    """

    event: Answerable
    allowed: Allowed
    decided: Decided | None = None
    own: Reply | None = None
    silent: bool = False

    async def respond(self, transaction: Transaction) -> Outcome:
        """In a transaction: what the message leads to; recorded even over the chat's limit."""
        if self.decided is not None:
            outcome = await self.decided.respond(transaction)
        else:
            outcome = Outcome(self.own or Reply())
        if self.silent:
            return replace(outcome, reply=Reply())
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
        desks_answer: whether every photo of an album counts, for a desk may be waiting for it.
    """

    def __init__(
        self,
        store: Store,
        boxes: Boxes,
        answerer: Answerer,
        admin: Admin,
        *,
        desks_answer: bool = False,
    ) -> None:
        self._desks_answer = desks_answer
        self._store = store
        self._boxes = boxes
        self._answerer = answerer
        self._admin = admin

    async def decide(self, event: Answerable, allowed: Allowed) -> Plan:
        """Do all the thinking, once."""
        own = self._admin.reply(event) if isinstance(event, Asked) else None
        silent = own is not None and own.is_empty and self._desks_answer
        if own is not None and not silent:
            return Plan(_as_a_new_one(event, allowed), allowed, own=own)
        decided = await retry_store_call(
            lambda: self._answerer.decide(event.incoming, self._boxes.source),
            "a message has to wait for the database",
        )
        return Plan(_as_a_new_one(event, allowed), allowed, decided, silent=silent)

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
                await self._put(transaction, held, plan.event, outcome)
            await self._boxes.inbox.mark_done(transaction, held)
            return counts

        if await self._store.write(work) and plan.decided is not None:
            plan.decided.note_recorded()

    async def _counts(self, transaction: Transaction, held: Held, event: Answerable) -> bool:
        """Whether the event counts: of presses on one keyboard, the first alone does."""
        if not isinstance(event, Pressed) or event.message_id is None:
            return True
        if may_be_pressed_again(event.incoming.choice):
            return True
        return await self._boxes.outbox.press(transaction, held.chat, event.message_id)

    async def _put(
        self, transaction: Transaction, held: Held, event: Answerable, outcome: Outcome
    ) -> None:
        """Put the reply, or the edit of an earlier one, into the outbox if the chat is there."""
        known = await self._boxes.chats.read_whereabouts(transaction, held.chat)
        if known.left_at is not None:
            if not _has_returned(event, known.left_at):
                return
            await self._boxes.chats.is_back(transaction, held.chat)
        place = replace(event.place, chat=known.moved_to or event.place.chat)
        if not (known.has_address or outcome.erased):
            await self._boxes.chats.remember_address(transaction, held.chat, place.chat)
        question = event.message_id if isinstance(event, Asked) else None
        if isinstance(event, Asked) and event.edited:
            await self._boxes.outbox.withdraw(transaction, held.chat, event.message_id)
            place = replace(place, replaces=question)
        if not outcome.reply.is_empty:
            letter = Letter(outcome.reply, place.to_dict()).to_dict()
            await self._boxes.outbox.put(transaction, held.chat, [letter], question)


def _as_a_new_one(event: Answerable, allowed: Allowed) -> Answerable:
    """The event; "too many" must not take the place of an answer that was edited."""
    if allowed is Allowed.YES or not isinstance(event, Asked):
        return event
    return replace(event, edited=False)


def _has_returned(event: Answerable, left_at: datetime) -> bool:
    return isinstance(event, Asked) and event.at > left_at
