"""Sends what waits in the outbox, in order within a chat, whatever Telegram or the network does.

Telegram knows no "send this once": a line cut in the middle of a call leaves in doubt whether the
message went out. The rule, the same everywhere: an answer lost is worse than an answer twice, so
a cut or refused connection and a failing server (5xx) are tried again. A call that is never
answered is in doubt and is made once more, on a connection of its own; when that one is taken and
not answered either, the message very likely went out, and is not sent again.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from telegram.error import TelegramError

from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.desks.desk_post import is_about_ticket
from bot.channels.telegram.desks.verdicts import judge
from bot.channels.telegram.sending.delays import DelayNotices
from bot.channels.telegram.sending.opening import (
    NotYetError,
    Opener,
    UndeliverableError,
    payload_of,
)
from bot.channels.telegram.sending.refusals import (
    LONGEST_PAUSE,
    Again,
    Doubt,
    Drop,
    Park,
    Sent,
    Stop,
    Uncertain,
    verdict,
)
from bot.channels.worker_pool import WorkerPool, retry_store_call, work_in_order
from bot.ops.errors import TokenRefusedError, describe
from bot.store import StoreError
from bot.store.boxes.letters import UnknownVersionError
from bot.store.boxes.outbox import UNCERTAIN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram import Bot

    from bot.channels.telegram.desks.desk_post import DeskPost
    from bot.channels.telegram.desks.verdicts import TicketVerdict
    from bot.channels.telegram.sending.outgoing import Arrived, Outgoing
    from bot.channels.telegram.sending.pace import Pace
    from bot.ops.metrics import Metrics
    from bot.store.boxes.boxes import Boxes
    from bot.store.boxes.due import Due
    from bot.store.store import Store

T = TypeVar("T")
_log = logging.getLogger(__name__)
AT_ONCE = 16
"""Chats that are sent to at once; few, because a killed process repeats what was under way."""

TRIES = 2
"""How often a message is opened that cannot be read."""

UNREADABLE_PAUSE = 1.0
"""Seconds between the two."""

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
        afresh: speaks on a new connection each time; sends what is in doubt.
        desks: sends what is about tickets; None: no desk answers here.
    """

    def __init__(
        self,
        bot: Bot,
        store: Store,
        boxes: Boxes,
        pace: Pace,
        metrics: Metrics,
        *,
        afresh: Bot,
        desks: DeskPost | None = None,
    ) -> None:
        self._desks = desks
        self._bot = bot
        self._afresh = afresh
        self._opener = Opener(bot, store, boxes)
        self._outbox = boxes.outbox
        self._chats = boxes.chats
        self._pace = pace
        self._delays = DelayNotices(bot, boxes.outbox, pace)
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
        await self._note(lambda: self._outbox.leases.give_back([due.id for due in lane]))

    async def _deliver(self, due: Due, waiting: int) -> bool:
        """Whether the chat can take the next message; ``waiting``: how many there are."""
        try:
            messages = await self._open(due)
        except NotYetError as error:
            await self._later(due, error.seconds)
            return False
        except UndeliverableError as error:
            reason = str(error)
            await self._note(lambda: self._outbox.mark_dropped(due, reason))
            return True
        except UnknownVersionError:
            await self._later(due, LONGEST_PAUSE)
            return False
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - what is stored may be of any form
            return await self._retry_or_set_aside(due, error)
        for place in range(len(messages)):
            if not await self._send(due, messages[place:], waiting + len(messages) - place - 1):
                return False
        return True

    async def _open(self, due: Due) -> list[Outgoing]:
        desks = self._desks if is_about_ticket(due) else None
        return await (desks.mail if desks else self._opener).open(due)

    async def _retry_or_set_aside(self, due: Due, error: Exception) -> bool:
        """Have a message that cannot be read tried once more; whether the next one may follow."""
        _log.error("A message that waits cannot be read: %s.", describe(error))
        if due.attempts < TRIES:
            await self._later(due, UNREADABLE_PAUSE)
            return False
        self._count("unreadable", due)
        reason = f"it cannot be read ({type(error).__name__})"
        await self._note(lambda: self._outbox.quarantine(due, reason))
        return True

    async def _send(self, due: Due, messages: list[Outgoing], waiting: int) -> bool:
        """Send the first of the messages that are left; whether the next one may follow."""
        first = messages[0]
        slot = self._pace.slot_in_group if first.about else self._pace.wait_in_group
        wait = slot(first.chat, max(1, len(first.album)))
        if wait:
            if first.about is None:
                await self._delays.tell(due, first, waiting)
            await self._later(due, wait)
            return False
        await self._pace.turn()
        if self._desks is not None and await self._desks.digests.send_before(first):
            await self._later(due, 0.0)  # the slot was the digest's
            return False
        if first.kind == "topic" and self._desks is not None:
            async with self._desks.aftermath.one_topic_at_a_time:
                return await self._try(due, messages)
        return await self._try(due, messages)

    async def _try(self, due: Due, messages: list[Outgoing]) -> bool:
        message = messages[0]
        try:
            arrived = await message.call(self._afresh if message.doubted else self._bot)
        except TelegramError as error:
            judging = judge if message.about else verdict
            found: TicketVerdict = judging(error, message, due.attempts, due.at)
            doubtful = isinstance(found, Doubt | Uncertain)
            level = logging.WARNING if doubtful else logging.INFO
            _log.log(level, "A message met with %s.", describe_answer(error))
        except Exception as error:  # noqa: BLE001 - Telegram took it, but its answer is odd
            _log.warning("An answer to a message cannot be read (%s).", describe(error))
            found = Sent()
        else:
            self._pace.note_success()
            self._count("sent", due)
            return await self._note_arrival(due, arrived, messages)
        # Outside the handler: an exception of the library may quote the token.
        self._count(type(found).__name__.lower(), due)
        done = None
        if self._desks is not None and message.about is not None:
            done = await self._follow_ticket(self._desks, due, found, message)
        return await self._follow(due, found, messages) if done is None else done

    async def _note_arrival(self, due: Due, arrived: Arrived, messages: list[Outgoing]) -> bool:
        """Note what went out, and what it means for a ticket; whether the next one may follow."""
        message, rest = messages[0], messages[1:]
        if message.about is None or self._desks is None:
            return await self._mark_sent(due, arrived.number, messages)
        aftermath = self._desks.aftermath
        if message.kind == "topic":
            await aftermath.note_topic(due, arrived.number, message, rest)
            self.crew.wake()
            return False
        if arrived.astray:
            await aftermath.note_plain(message.chat)
        if message.kind == "album":
            ours = await aftermath.note_album(due, message, arrived.numbers)
        else:
            ours = await self._mark_sent(due, arrived.number or None, messages)
        if ours and not rest:
            aftermath.show_delivery(message)
        return ours

    async def _follow(self, due: Due, found: TicketVerdict, messages: list[Outgoing]) -> bool:
        rest = messages[1:]
        match found:
            case Stop():
                raise TokenRefusedError
            case Sent() | Uncertain():
                reason = UNCERTAIN if found == Uncertain() else ""
                return await self._mark_sent(due, None, messages, reason)
            case Park(seconds):
                self._pace.note_refusal()
                await self._note(lambda: self._chats.park(due.chat, seconds))
                await self._later(due, seconds)
            case Again(seconds, changed, moved_to):
                if moved_to:
                    await self._note(lambda: self._chats.record_move(due.chat, moved_to))
                    rest = [replace(message, chat=moved_to) for message in rest]
                await self._later(due, seconds, [changed, *rest] if changed else None)
            case Drop(reason, gone):
                await self._drop(due, reason, rest, gone=gone)
        return False

    async def _follow_ticket(
        self, desks: DeskPost, due: Due, found: TicketVerdict, message: Outgoing
    ) -> bool | None:
        """Follow a verdict on something of a ticket; None: as on anything else.

        Returns:
            Whether the next one of its lane may follow.
        """
        if isinstance(found, Park) and message.chat < 0:
            self._pace.hold_group(message.chat, found.seconds)
        if await desks.aftermath.settle(due, found, message):
            self.crew.wake()
            return True
        again = await desks.aftermath.follow(found, message)
        if again is None:
            return None
        await self._later(due, again)
        return False

    async def _mark_sent(
        self, due: Due, number: int | None, messages: list[Outgoing], reason: str = ""
    ) -> bool:
        """Note that the first one went out; whether what is left of the reply is ours to send."""
        if len(messages) > 1:
            left, apart = payload_of(messages[1:]), messages[0].is_apart
            return await self._note(
                lambda: self._outbox.mark_part_sent(due, number, left, reason, apart=apart)
            )
        await self._note(lambda: self._outbox.mark_sent(due, number, reason))
        return True

    async def _later(
        self, due: Due, seconds: float, changed: Sequence[Outgoing] | None = None
    ) -> None:
        payload = payload_of(changed) if changed else None
        await self._note(lambda: self._outbox.postpone(due, seconds, payload))
        self.crew.wake_in(seconds)

    async def _drop(self, due: Due, reason: str, rest: list[Outgoing], *, gone: bool) -> None:
        _log.warning("A message cannot be delivered (%s).", reason)
        if rest and not gone:
            await self._later(due, 0.0, rest)
            return
        if gone:
            # In this order nothing slips in between: what is written from now on knows it.
            await self._note(lambda: self._chats.record_leaving(due.chat, reason))
            await self._note(lambda: self._outbox.withdraw_all(due.chat))
        await self._note(lambda: self._outbox.mark_dropped(due, reason))

    def _count(self, outcome: str, due: Due) -> None:
        self._metrics.count_send(outcome, due.seconds_since_asked)

    async def _note(self, write: Callable[[], Awaitable[T]]) -> T:
        """Write down what happened, however long that takes: else it would happen again."""
        return await retry_store_call(write, "what was sent cannot be noted")
