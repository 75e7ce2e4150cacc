"""Works the inbox off: an update is read, answered, or set aside.

Each step has a module of its own: ``reading``, ``answering``, ``failing``.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.channels.telegram.desks.desk_events import DeskPressed
from bot.channels.telegram.pieces import find_pieces, with_pieces
from bot.channels.telegram.rates import Allowed
from bot.channels.telegram.updates.events import (
    Asked,
    Membership,
    Moved,
    Pressed,
    Searched,
    UnreadableError,
    press_of,
)
from bot.channels.worker_pool import WorkerPool, retry_store_call, work_in_order
from bot.conversation import desk_choices
from bot.conversation.ticket_choices import may_be_pressed_again
from bot.store import StoppingError
from bot.store.boxes.inbox import LostHoldError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.channels.answering import Answerer
    from bot.channels.telegram.answering import Answers, Plan
    from bot.channels.telegram.desks.desk_events import DeskSaid
    from bot.channels.telegram.desks.desk_side import DeskSide
    from bot.channels.telegram.failing import Failures
    from bot.channels.telegram.immediate import SideEffects
    from bot.channels.telegram.pieces import Pieces
    from bot.channels.telegram.reading import Reader
    from bot.channels.telegram.updates.events import Event
    from bot.store.boxes.boxes import Boxes
    from bot.store.boxes.inbox import Held
    from bot.store.store import Store

AT_ONCE = 64
LANE_SECONDS = 10.0
"""After so long a chat gives its place back, so that others have their turn."""

_log = logging.getLogger(__name__)


class Worker:
    """Works the inbox off.

    Args:
        store: where everything is written.
        boxes: of this bot.
        answerer: knows what can be searched.
        reader: reads updates.
        answers: answers them.
        failures: takes what cannot be read or answered.
        side: what is done at once and not stored.
        written: called when there may be something to send.
        desks: works on what happens in the groups of desks; None: none answers here.
    """

    def __init__(
        self,
        store: Store,
        boxes: Boxes,
        answerer: Answerer,
        *,
        reader: Reader,
        answers: Answers,
        failures: Failures,
        side: SideEffects,
        written: Callable[[], None],
        desks: DeskSide | None = None,
    ) -> None:
        self._desks = desks
        self._store = store
        self._boxes = boxes
        self._answerer = answerer
        self._reader = reader
        self._answers = answers
        self._failures = failures
        self._side = side
        self._written = written
        self.crew: WorkerPool[list[Held]] = WorkerPool(
            "inbox", AT_ONCE, boxes.inbox.claim, self._work_all
        )

    async def _work_all(self, lane: list[Held]) -> None:
        """Work on what waits in one chat, in order, for as long as it is surely ours."""
        pieces = find_pieces(lane, self._reader.read)

        async def one(held: Held) -> bool:
            return await self._work(held, pieces.get(held.id))

        await work_in_order(lane, one, self._give_back, LANE_SECONDS)

    async def _give_back(self, lane: Sequence[Held]) -> None:
        numbers = [held.id for held in lane]
        await retry_store_call(lambda: self._boxes.inbox.leases.give_back(numbers), "waiting")

    async def _work(self, held: Held, pieces: Pieces | None = None) -> bool:
        """Work on one update; returns whether the chat's next one may follow."""
        try:
            return await self._answer_or_set_aside(held, pieces)
        except LostHoldError:
            _log.info("An update was taken over by another process.")
            return False

    async def _answer_or_set_aside(self, held: Held, pieces: Pieces | None) -> bool:
        if (query := press_of(held.payload)) is not None:
            self._side.acknowledge(query)  # whatever it points to: else the button spins
        try:
            event = with_pieces(self._reader.read(held), pieces)
            if await self._was_for_desk(held):
                return True
            plan = await self._begin(event, self._reader.admit(held, event))
            counts = await retry_store_call(
                lambda: self._write(held, event, plan), "an update has to wait for the database"
            )
            self._end(plan, counts=counts)
        except UnreadableError as error:
            await self._failures.quarantine(held, error)
        except (LostHoldError, StoppingError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever broke, the person is told
            done = await self._failures.retry_or_give_up(held, error)
            self._written()
            return done
        return True

    async def _was_for_desk(self, held: Held) -> bool:
        """Work on what happens in the group of a desk; whether it was about a ticket."""
        desks = self._desks
        event = self._reader.read_at_desk(held, desks.ground.groups) if desks else None
        if desks is None or event is None:
            return False
        trouble = "what a desk does has to wait for the database"
        plan = await retry_store_call(lambda: desks.room.plan(event), trouble)
        if plan is None:
            # A button of a desk's that leads nowhere is no question to the bot either.
            return await self._passed_over(held, event)
        with self._boxes.inbox.leases.keep_in_hand(held.id):
            await retry_store_call(lambda: desks.room.write(held, plan), trouble)
        self._written()
        return True

    async def _passed_over(self, held: Held, event: DeskSaid | DeskPressed) -> bool:
        if not isinstance(event, DeskPressed) or desk_choices.parse(event.data) is None:
            return False
        done = self._boxes.inbox.mark_done
        await retry_store_call(lambda: self._store.write(lambda t: done(t, held)), "waiting")
        return True

    async def _begin(self, event: Event | None, allowed: Allowed) -> Plan | None:
        """Do what must be done only once, and return what is to be answered, if anything."""
        match event:
            case Asked():
                return await self._answers.decide(event, allowed)
            case Pressed() if allowed is Allowed.YES:
                return await self._answers.decide(event, allowed)
            case Searched() if allowed is Allowed.YES:
                await self._side.search(event, self._answerer.current().brain)
        return None

    async def _write(self, held: Held, event: Event | None, plan: Plan | None) -> bool:
        """Write what an update leads to; called again when the database cannot be used.

        Returns:
            Whether it counts, as :meth:`Answers.write` says.
        """
        with self._boxes.inbox.leases.keep_in_hand(held.id):
            if plan is not None:
                return await self._answers.write(held, plan)
            match event:
                case Membership():
                    await self._note_membership(held, event)
                case Moved():
                    await self._note_move(held, event)
            await self._store.write(lambda t: self._boxes.inbox.mark_done(t, held))
        return False

    def _end(self, plan: Plan | None, *, counts: bool) -> None:
        if plan is None:
            return
        self._written()
        if isinstance(plan.event, Pressed) and not may_be_pressed_again(plan.event.incoming.choice):
            self._side.retire(plan.event, fresh=counts)

    async def _note_move(self, held: Held, event: Moved) -> None:
        if self._desks is not None:
            await self._desks.note_move(event)
        await self._boxes.chats.record_move(held.chat, event.to)

    async def _note_membership(self, held: Held, event: Membership) -> None:
        if self._desks is not None:
            await self._desks.note_membership(event)
        if event.here:
            await self._boxes.chats.record_return(held.chat)
            return
        await self._boxes.chats.record_leaving(held.chat, "left")
        await self._boxes.outbox.withdraw_all(held.chat)
