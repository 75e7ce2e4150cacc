"""Sends what waits in the outbox, in order within a chat, whatever Telegram or the network does.

Telegram knows no "send this once": a line cut in the middle of a call leaves in doubt whether the
message went out. The rule, the same everywhere: an answer lost is worse than an answer twice, so
a cut or refused connection and a failing server (5xx) are tried again; but a call that Telegram
took and let time out very likely went through, and is not.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.places import Place
from bot.channels.telegram.sending.outgoing import Outgoing, outgoing
from bot.channels.telegram.sending.pace import GROUP_SENDS
from bot.channels.telegram.sending.refusals import Again, Drop, Park, Sent, Stop, verdict
from bot.channels.worker_pool import WorkerPool, retry_store_call, work_in_order
from bot.conversation.replies import notices
from bot.ops.errors import TokenRefusedError
from bot.ops.faults import describe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram import Bot

    from bot.channels.telegram.sending.pace import Pace
    from bot.channels.telegram.sending.refusals import Verdict
    from bot.ops.metrics import Metrics
    from bot.store.boxes.boxes import Boxes
    from bot.store.boxes.outbox import Due
    from bot.store.store import Store, Transaction

_log = logging.getLogger(__name__)
AT_ONCE = 16
"""Few, since a process that is killed says again what was under way."""

LANE_SECONDS = 30.0
"""After so long a chat gives its place back, so that others have their turn."""


class Sender:
    """Works the outbox off.

    Args:
        bot: who speaks.
        store: where everything is written.
        boxes: of this bot.
        pace: how fast.
        metrics: counts what is sent.
    """

    def __init__(self, bot: Bot, store: Store, boxes: Boxes, pace: Pace, metrics: Metrics) -> None:
        self._bot = bot
        self._store = store
        self._outbox = boxes.outbox
        self._chats = boxes.chats
        self._pace = pace
        self._metrics = metrics
        self.crew: WorkerPool[list[Due]] = WorkerPool(
            "outbox", AT_ONCE, boxes.outbox.claim, self._deliver_all, fatal=(TokenRefusedError,)
        )

    async def _deliver_all(self, lane: list[Due]) -> None:
        """Deliver what waits for one chat, in order; stop where something has to wait."""
        waiting = iter(range(len(lane), 0, -1))

        async def deliver(due: Due) -> bool:
            return await self._deliver(due, next(waiting))

        await work_in_order(lane, deliver, self._give_back, LANE_SECONDS)

    async def _give_back(self, lane: Sequence[Due]) -> None:
        numbers = [due.id for due in lane]
        await self._note(lambda: self._outbox.leases.give_back(numbers))

    async def _deliver(self, due: Due, waiting: int) -> bool:
        """Whether the chat can take the next message; ``waiting``: how many there are."""
        if due.payload is None:
            await self._note(lambda: self._outbox.mark_dropped(due, "sealed with another key"))
            return True
        message = Outgoing.from_dict(due.payload)
        wait = self._pace.wait_in_group(message.chat)
        if wait:
            await self._tell_of_delay(message, waiting)
            await self._later(due, wait)
            return False
        await self._pace.turn()
        return await self._try(due, await self._resolve_edit(due, message))

    async def _resolve_edit(self, due: Due, message: Outgoing) -> Outgoing:
        """The message with the number of what it replaces; all that came before is settled."""
        if (question := message.replaces) is None:
            return message

        async def read_answers(transaction: Transaction) -> list[tuple[str, int | None]]:
            return await self._outbox.answer_to(transaction, due.chat, question)

        answers = await retry_store_call(
            lambda: self._store.write(read_answers), "an edit has to wait for the database"
        )
        return message.in_place_of(number for _, number in answers)

    async def _tell_of_delay(self, message: Outgoing, waiting: int) -> None:
        if not self._pace.should_tell(message.chat):
            return
        minutes = ceil(waiting / GROUP_SENDS)
        place = Place(message.chat, message.thread)
        try:
            for notice in outgoing(notices.long_queue(minutes), place):
                await notice.call(self._bot)
        except TelegramError as error:
            _log.info("A group was not told to wait (%s).", describe_answer(error))

    async def _try(self, due: Due, message: Outgoing) -> bool:
        try:
            number = await message.call(self._bot)
        except TelegramError as error:
            found: Verdict = verdict(error, message, due.attempts, due.at)
            _log.info("A message met with %s.", describe_answer(error))
        except Exception as error:  # noqa: BLE001 - Telegram took it, but its answer is odd
            _log.warning("An answer to a message cannot be read (%s).", describe(error))
            found = Sent()
        else:
            self._pace.note_success()
            self._count("sent", due)
            await self._note(lambda: self._outbox.mark_sent(due, number))
            return True
        # Outside the handler: an exception of the library may quote the token.
        self._count(type(found).__name__.lower(), due)
        await self._follow(due, found)
        return isinstance(found, Sent)

    async def _follow(self, due: Due, found: Verdict) -> None:
        match found:
            case Stop():
                raise TokenRefusedError
            case Sent():
                await self._note(lambda: self._outbox.mark_sent(due, None))
            case Park(seconds):
                self._pace.note_refusal()
                await self._note(lambda: self._chats.park(due.chat, seconds))
                await self._later(due, seconds)
            case Again(seconds, changed, moved_to):
                if moved_to:
                    await self._note(lambda: self._chats.record_move(due.chat, moved_to))
                await self._later(due, seconds, changed)
            case Drop(reason, gone):
                await self._drop(due, reason, gone=gone)

    async def _later(self, due: Due, seconds: float, changed: Outgoing | None = None) -> None:
        payload = changed.to_dict() if changed else None
        await self._note(lambda: self._outbox.postpone(due, seconds, payload))
        self.crew.wake_in(seconds)

    async def _drop(self, due: Due, reason: str, *, gone: bool) -> None:
        _log.warning("A message cannot be delivered (%s).", reason)
        if gone:
            # In this order nothing slips in between: what is written from now on knows it.
            await self._note(lambda: self._chats.record_leaving(due.chat, reason))
            await self._note(lambda: self._outbox.withdraw_all(due.chat))
        await self._note(lambda: self._outbox.mark_dropped(due, reason))

    def _count(self, outcome: str, due: Due) -> None:
        self._metrics.count_send(outcome, (datetime.now(UTC) - due.at).total_seconds())

    async def _note(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write down what happened, however long that takes: else it would happen again."""
        await retry_store_call(write, "what was sent cannot be noted")
