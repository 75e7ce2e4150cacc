"""The second step of the work on an update: decide once, then write all that it leads to.

The turn, the reply and the end of the update are written in one transaction: killed at any moment,
either all of it has happened or nothing has.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from bot.channels.telegram.places import ALBUM_PAUSE
from bot.channels.telegram.rates import Allowed
from bot.channels.telegram.updates.events import Asked, Pressed
from bot.channels.worker_pool import retry_store_call
from bot.conversation.messages import Outcome, Reply
from bot.conversation.replies import notices
from bot.conversation.ticket_choices import may_be_pressed_again
from bot.conversation.turns import TEXT
from bot.store.boxes.due import Question
from bot.store.boxes.letters import Letter

if TYPE_CHECKING:
    from bot.channels.answering import Answerer, Decided
    from bot.channels.telegram.admin import Admin
    from bot.store.boxes.boxes import Boxes
    from bot.store.boxes.inbox import Held
    from bot.store.store import Store, Transaction

OLD_EDIT = timedelta(days=2)
"""People can edit what they wrote for so long; later edits are a reaction or a link's preview."""

ALBUMS_KEPT = 1_000

Answerable: TypeAlias = "Asked | Pressed"
"""The events that get an answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided once; it is written as often as the database has to be tried.

    Attributes:
        event: what is answered.
        decided: the message as it was thought about; None when ``own`` is the answer.
        own: the answer that needs no conversation.
        silent: whether nothing is said, whatever it leads to, as of a further photo of an album.
    """

    event: Answerable
    decided: Decided | None = None
    own: Reply | None = None
    silent: bool = False

    async def respond(self, transaction: Transaction) -> Outcome:
        """In a transaction: what the message leads to."""
        if self.decided is not None:
            outcome = await self.decided.respond(transaction)
        else:
            outcome = Outcome(self.own or Reply())
        return replace(outcome, reply=Reply()) if self.silent else outcome


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
        self._albums: OrderedDict[str, int] = OrderedDict()

    async def decide(self, event: Answerable, allowed: Allowed) -> Plan | None:
        """Do all the thinking, once; None: nothing is answered, for the chat asks too much."""
        if allowed is not Allowed.YES:
            return _refuse(event) if allowed is Allowed.TOLD else None
        own = self._admin.reply(event) if isinstance(event, Asked) else None
        silent = own is not None and own.is_empty and self._desks_answer
        if own is not None and not silent:
            return Plan(event, own=own)
        decided = await retry_store_call(
            lambda: self._answerer.decide(event.incoming, self._boxes.source),
            "a message has to wait for the database",
        )
        return Plan(event, decided, silent=silent)

    async def write(self, held: Held, plan: Plan) -> bool:
        """Write down all that the message leads to, or nothing; whether the message counts.

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

        counts = await self._store.write(work)
        if counts and plan.decided is not None:
            plan.decided.note_recorded()
        return counts

    async def _counts(self, transaction: Transaction, held: Held, event: Answerable) -> bool:
        """Whether the event counts: of presses on one keyboard, the first alone does."""
        if isinstance(event, Asked):
            return not event.edited or await self._says_something_else(transaction, held, event)
        if event.message_id is None:
            return True
        if may_be_pressed_again(event.incoming.choice):
            return True
        return await self._boxes.outbox.press(transaction, held.chat, event.message_id)

    async def _says_something_else(
        self, transaction: Transaction, held: Held, event: Asked
    ) -> bool:
        """Whether an edit asks anew: a reaction or a link's preview makes one with the same words.

        Of a question whose answer is not known any more, a recent edit alone does.
        """
        known = await self._boxes.outbox.words_of(transaction, held.chat, event.message_id)
        if not known:
            return event.at > datetime.now(UTC) - OLD_EDIT
        return known[0] != self._digest(held, event)

    def _digest(self, held: Held, event: Asked) -> str:
        words = " ".join(event.incoming.text.split()).casefold()
        return self._store.pseudonym.of(f"words {held.chat}", words)

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
        if not isinstance(event, Asked):
            letter = Letter(outcome.reply, place.to_dict())
            await self._put_letter(transaction, held, letter)
            return
        if event.edited:
            await self._boxes.outbox.withdraw(transaction, held.chat, event.message_id)
            place = replace(place, replaces=event.message_id)
        later = await self._wait_for_words(transaction, held, event)
        letter = Letter(_complete(outcome.reply, event), place.to_dict())
        words = "" if outcome.erased else self._digest(held, event)
        await self._put_letter(transaction, held, letter, (event.message_id, words), later)

    async def _put_letter(
        self,
        transaction: Transaction,
        held: Held,
        letter: Letter,
        question: tuple[int | None, str] = (None, ""),
        later: datetime | None = None,
    ) -> None:
        if not letter.reply.is_empty:
            number, words = question
            asked, put = Question(held.at, words or None), self._boxes.outbox.put
            await put(transaction, held.chat, [letter.to_dict()], number, later, asked=asked)

    async def _wait_for_words(
        self, transaction: Transaction, held: Held, event: Asked
    ) -> datetime | None:
        """Until when to wait for words before an album is told that it has none; None: not at all.

        Words that come with a later part take back what was to be said of the first one.
        """
        if not event.album:
            return None
        if event.incoming.kind != TEXT:
            self._albums.setdefault(event.album, event.message_id)
            if len(self._albums) > ALBUMS_KEPT:
                self._albums.popitem(last=False)
            return datetime.now(UTC) + ALBUM_PAUSE
        if (first := self._albums.get(event.album)) is not None:
            await self._boxes.outbox.withdraw(transaction, held.chat, first)
        return None


def _refuse(event: Answerable) -> Plan:
    """Say that it is too much; that must not take the place of an answer that was edited."""
    alone = replace(event.incoming, album="")
    new = replace(event, edited=False, incoming=alone) if isinstance(event, Asked) else event
    return Plan(new, own=notices.too_many())


def _complete(reply: Reply, event: Asked) -> Reply:
    """The reply, which says so when what came with the words was not looked at."""
    if reply.is_empty or not event.attached:
        return reply
    first = notices.attachment_not_read().paragraphs
    return replace(reply, paragraphs=(*first, *reply.paragraphs))


def _has_returned(event: Answerable, left_at: datetime) -> bool:
    return isinstance(event, Asked) and event.at > left_at
