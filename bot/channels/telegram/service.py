"""The Telegram side of the service: wired, started together, stopped in good order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels import worker_pool
from bot.channels.telegram.admin import Admin
from bot.channels.telegram.answering import Answers
from bot.channels.telegram.api.client import build_bot
from bot.channels.telegram.api.logs import describe_answer
from bot.channels.telegram.api.retrying import (
    FIRST_WAIT,
    LONGEST_WAIT,
    retry_telegram_call,
)
from bot.channels.telegram.apologies import Apologies
from bot.channels.telegram.desks.desk_side import DeskSide
from bot.channels.telegram.desks.ground import Ground
from bot.channels.telegram.desks.groups import DeskGroups
from bot.channels.telegram.failing import Failures
from bot.channels.telegram.immediate import SideEffects
from bot.channels.telegram.menu import announce
from bot.channels.telegram.rates import ChatRates
from bot.channels.telegram.reading import Reader
from bot.channels.telegram.sending.pace import Pace
from bot.channels.telegram.sending.sender import Sender
from bot.channels.telegram.updates.events import CHANNEL
from bot.channels.telegram.updates.polling import Polling
from bot.channels.telegram.updates.receiver import Receiver
from bot.channels.telegram.updates.webhook_registration import WebhookRegistration
from bot.channels.telegram.worker import Worker
from bot.ops.retrying import Backoff
from bot.store import StoreError
from bot.store.boxes.leases import RENEW_SECONDS
from bot.store.boxes.letters import Letter

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram.error import TelegramError

    from bot.channels.answering import Answerer
    from bot.channels.telegram.updates.events import Asked
    from bot.conversation.messages import Reply
    from bot.escalation.casework import Casework
    from bot.ops.metrics import Metrics
    from bot.store.store import Transaction

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """What the operator decides.

    Attributes:
        token, base_url: of the Bot API.
        webhook_url, webhook_secret: where updates are brought; without them they are fetched.
        send_rate: sends a second overall; 0: as Telegram lets us.
        chat_rate: answers a minute in one chat.
        admin_ids: who may give orders, and is told of trouble.
        desk_groups: where desks answer.
        group_rate: messages a minute into one group; 0: as Telegram lets us; None: the usual.
        attachment_mb: size of a file that is passed on between askers and desks.
    """

    token: str
    base_url: str
    webhook_url: str = ""
    webhook_secret: str = ""
    send_rate: float = 25.0
    chat_rate: int = 30
    admin_ids: tuple[int, ...] = ()
    desk_groups: tuple[int, ...] = ()
    group_rate: int | None = None
    attachment_mb: int = 20


def source_of(token: str) -> str:
    """The source of the bot that a token belongs to: channel and account."""
    return f"{CHANNEL}:{token.partition(':')[0]}"


class TelegramService:
    """Serves Telegram.

    Args:
        options: what the operator decides.
        answerer: answers, and names the store, which outlives the service.
        metrics: counts.
        reload: loads the knowledge base anew and says in French how that went.

    Attributes:
        bot: who speaks there.
        reached: set once Telegram knew the token.
        casework: works on tickets; None: no desk answers here.
    """

    def __init__(
        self,
        options: Options,
        answerer: Answerer,
        metrics: Metrics,
        reload: Callable[[], Awaitable[Reply]],
        casework: Callable[[], Casework] | None = None,
    ) -> None:
        self._options = options
        self._store = store = answerer.store
        self._answerer = answerer
        self._metrics = metrics
        self._reload = reload
        self.bot = build_bot(options.token, options.base_url)
        self._boxes = store.boxes(source_of(options.token))
        self._pace = Pace(options.send_rate, group_rate=options.group_rate)
        self._afresh = build_bot(options.token, options.base_url, keep_alive=False)
        self._desks = self._desk_side(casework) if casework and options.desk_groups else None
        self._sender = Sender(
            self.bot,
            store,
            self._boxes,
            self._pace,
            metrics,
            afresh=self._afresh,
            desks=self._desks.post if self._desks else None,
        )
        self.reached = asyncio.Event()
        self._worker: Worker | None = None
        self._orders: set[asyncio.Task[None]] = set()
        self.receiver = Receiver(self._boxes.inbox, store.pseudonym, self._wake)
        self.intake = self._intake()

    def _desk_side(self, casework: Callable[[], Casework]) -> DeskSide:
        options, store, boxes = self._options, self._store, self._boxes
        groups = DeskGroups(options.desk_groups, boxes, store.pseudonym)
        return DeskSide.build(
            Ground(self.bot, store, boxes, groups, casework),
            self._pace,
            self._answerer.deliveries,
            admins=options.admin_ids,
            attachment_mb=options.attachment_mb,
            written=self._wake_sender,
        )

    def _intake(self) -> Polling | WebhookRegistration:
        options = self._options
        if options.webhook_url:
            return WebhookRegistration(self.bot, options.webhook_url, options.webhook_secret)
        return Polling(self.bot, self.receiver, Apologies(self.bot, self._pace))

    def _wake_sender(self) -> None:
        self._sender.crew.wake()

    def _wake(self) -> None:
        if self._worker is not None:
            self._worker.crew.wake()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set; then finish what can be finished in time.

        The store is to be taken over before.

        Raises:
            TokenRefusedError: at the start, or later when the token is revoked.
            StoreError: the database cannot be used.
        """
        await self._boxes.adopt()
        try:
            await retry_telegram_call(stop, self.bot.initialize, _make_failure_handler())
            if not stop.is_set():
                self.reached.set()
                await self._serve(stop)
        finally:
            await self._close()

    async def _serve(self, stop: asyncio.Event) -> None:
        side = SideEffects(self.bot, self._pace)
        self._worker = self._build_worker(side)
        beside = [
            asyncio.create_task(announce(self.bot, self._answerer.current().base.about.serves)),
            asyncio.create_task(self._keep_hold()),
        ]
        if self._desks is not None:
            await self._desks.ground.groups.load()
            beside.append(asyncio.create_task(self._desks.eraser.run(stop)))
        try:
            await worker_pool.run_together(
                self.intake.run(stop), self._worker.crew, self._sender.crew
            )
        finally:
            for task in beside:
                task.cancel()
            await side.aclose()
            if self._desks is not None:
                await self._desks.post.aftermath.aclose()

    def _build_worker(self, side: SideEffects) -> Worker:
        store, boxes, me = self._store, self._boxes, self.bot.bot
        reader = Reader(me, ChatRates(self._options.chat_rate), self._metrics)
        return Worker(
            store,
            boxes,
            self._answerer,
            reader=reader,
            answers=Answers(
                store,
                boxes,
                self._answerer,
                self._admin(),
                desks_answer=self._desks is not None,
            ),
            failures=Failures(store, boxes, reader, self._metrics),
            side=side,
            written=self._sender.crew.wake,
            desks=self._desks,
        )

    async def _keep_hold(self) -> None:
        """Show for ever that this process is alive, so that nobody takes over its work."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            for leases in self._boxes.leases:
                with contextlib.suppress(StoreError):
                    await leases.renew()

    def _admin(self) -> Admin:
        return Admin(self._options.admin_ids, self._order)

    def _order(self, event: Asked) -> None:
        task = asyncio.create_task(self._carry_out(event))
        self._orders.add(task)
        task.add_done_callback(self._orders.discard)

    async def _carry_out(self, event: Asked) -> None:
        reply = await self._reload()
        chat = self._store.pseudonym.of(CHANNEL, event.incoming.chat)
        letter = Letter(reply, event.place.to_dict()).to_dict()

        async def put_reply(transaction: Transaction) -> None:
            await self._boxes.outbox.put(transaction, chat, [letter])

        trouble = "the answer to an order has to wait for the database"
        await worker_pool.retry_store_call(lambda: self._store.write(put_reply), trouble)
        self._sender.crew.wake()

    async def _close(self) -> None:
        for task in self._orders:
            task.cancel()
        if self._orders:
            await asyncio.wait(self._orders)  # what they have begun is ended in good order
        try:
            for leases in self._boxes.leases:
                await leases.release()
        except StoreError as error:
            # What is held comes free with its lease, or when the next process takes over.
            _log.warning("What this process holds was not given back: %s", error)
        await self.bot.shutdown()
        await self._afresh.request.shutdown()


def _make_failure_handler() -> Callable[[TelegramError], float]:
    backoff = Backoff(FIRST_WAIT, LONGEST_WAIT)

    def handle_failure(error: TelegramError) -> float:
        wait = backoff.next()
        _log.warning(
            "Telegram cannot be reached (%s); next try in %d s.", describe_answer(error), wait
        )
        return wait

    return handle_failure
