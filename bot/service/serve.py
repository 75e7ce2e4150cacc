"""The service: web pages, health, and Telegram when a token is set, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot.channels.answering import Answerer
from bot.channels.web import (
    CHANNEL,
    Exchange,
    build_web,
    build_webhook,
    carry_late_replies,
    serve_app,
    serve_both,
)
from bot.ops.health import Health, Probe
from bot.ops.logs import configure_logs, guard_loop
from bot.ops.metrics import Metrics
from bot.ops.process import keep_files_private, raise_file_limit, switch_threads_often
from bot.ops.settings import systemd_environment
from bot.ops.settings_shown import secret_values
from bot.ops.version import program_version
from bot.ops.waiting import run_until_stopped, wait_for_first
from bot.service.autonomy import AutonomyWatch, refresh_autonomy
from bot.service.bureau_wiring import announce_bureau, bureau_parts
from bot.service.channel_options import telegram_options, web_options
from bot.service.mail_wiring import build_mail, mail_probe, serve_mail
from bot.service.monitor import (
    database_probe,
    telegram_probe,
    watch_loop,
    watch_queues,
)
from bot.service.proposals.office import Serving
from bot.service.proposals.runner import ProposalWork
from bot.service.reload import CurrentResponder
from bot.service.retention import FIRST_PURGE_SECONDS, keep_purging
from bot.service.systemd import Notifier
from bot.service.ticket_wiring import (
    build_casework,
    has_desks,
    keep_time,
    mail_source_of,
    staffed_posts,
    telegram_source,
)
from bot.service.watch_figures import FigureWatch
from bot.service.watch_review import ReviewWatch
from bot.store.opening import open_to_serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.channels.mail.service import MailService
    from bot.channels.telegram import TelegramService
    from bot.escalation.casework import Casework
    from bot.ops.settings import Settings
    from bot.store.store import Store
    from kb.entries import KnowledgeBase

_log = logging.getLogger(__name__)
STOP_SECONDS = 6.0
"""After so long a stop is cut short; what was under way then has two more seconds to end well.

A supervisor such as a container's kills what has not ended after ten.
"""

STORE_SECONDS = 3.0
"""How long all together may wait for the database once the service is to end."""


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP reloads the knowledge base.

    Raises:
        TokenRefusedError: Telegram refused the token.
        ListenError: an address cannot be served.
        StoreError, ContentError, ArtifactError: what it stands on is not in order.
    """
    configure_logs(settings.log_level, secret_values(settings))
    keep_files_private()
    raise_file_limit()
    switch_threads_often()
    loop, stop, changed = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    guard_loop(loop)
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    # From the first moment on: what changes while the first model is made is read afterwards.
    loop.add_signal_handler(signal.SIGHUP, changed.set)
    service = Service(settings, stop, changed)
    async with await open_to_serve(settings) as store, service.notifier.feed_watchdog():
        await service.run(store)


class Service:
    """One running service.

    Args:
        settings: what the operator decides.
        stop: set when it is to end.
        changed: set when the knowledge base is to be loaded anew.
    """

    def __init__(self, settings: Settings, stop: asyncio.Event, changed: asyncio.Event) -> None:
        self._settings = settings
        self._stop = stop
        self._changed = changed
        self.notifier = Notifier(systemd_environment())
        self._metrics = Metrics()
        self._current = CurrentResponder(settings, self._metrics, self.notifier)
        serving = Serving(self._current.reload, lambda: self._current_base().fingerprint)
        self._proposals = ProposalWork(settings, serving)

    async def run(self, store: Store) -> None:
        """Serve until the end."""
        hurrying = asyncio.create_task(self._hurry_at_the_end(store))
        try:
            await store.take_over()
            self._current.recall.source = store.recall()
            self._current.staff(await staffed_posts(store, self._settings))
            await refresh_autonomy(store, self._current)
            if await run_until_stopped(self._stop, self._current.begin()):
                await self._serve(store)
        finally:
            hurrying.cancel()

    async def _serve(self, store: Store) -> None:
        telegram = self._telegram(store) if self._settings.token else None
        mail = self._mail(store)
        health = Health(self._probes(store, telegram, mail))
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._pages(store, health, telegram))
            health.ready = True
            self.notifier.tell_ready()
            self._announce()
            await announce_bureau(store)
            stack.callback(_log.info, "Stopped: aiguilleur %s.", program_version())
            await self._work(store, telegram, health, mail)

    def _telegram(self, store: Store) -> TelegramService:
        from bot.channels.telegram import TelegramService  # noqa: PLC0415 - slow to import

        options = telegram_options(self._settings)
        answerer, reload = self._answerer(store), self._current.reload
        return TelegramService(options, answerer, self._metrics, reload, self._casework)

    def _answerer(self, store: Store) -> Answerer:
        settings = self._settings
        sources = {CHANNEL: CHANNEL, **telegram_source(settings), **mail_source_of(settings)}
        return Answerer(self._current, store, sources)

    def _mail(self, store: Store) -> MailService | None:
        sent = self._answerer(store).deliveries
        return build_mail(self._settings, store, sent, self._metrics, self._current_base)

    def _probes(
        self, store: Store, telegram: TelegramService | None, mail: MailService | None
    ) -> dict[str, Probe]:
        probes = {"database": database_probe(store)}
        if mail is not None:
            probes["mailbox"] = mail_probe(mail)
        if telegram is not None:
            intake = telegram.intake
            probes["telegram"] = telegram_probe(lambda: intake.answered_at, lambda: intake.trouble)
        return probes

    @asynccontextmanager
    async def _pages(
        self, store: Store, health: Health, telegram: TelegramService | None
    ) -> AsyncIterator[None]:
        exchange = Exchange(
            self._answerer(store),
            self._casework if has_desks(self._settings, self._current.posts) else None,
        )
        deliveries = self._answerer(store).deliveries
        office = self._proposals.office(store)
        bureau = bureau_parts(store, self._settings, self._current, deliveries, office)
        options = web_options(self._settings, store)
        web = build_web(exchange, health, self._metrics, options, bureau)
        settings = self._settings
        async with AsyncExitStack() as stack:
            if telegram is None or settings.telegram_mode == "polling":
                await stack.enter_async_context(serve_app(web, settings.web_listen))
            else:
                secret, path = settings.webhook_secret.get_secret_value(), settings.webhook_path
                hook = build_webhook(path, secret, telegram.receiver.accept)
                both = serve_both(web, settings.web_listen, hook, path, settings.webhook_listen)
                await stack.enter_async_context(both)
            await stack.enter_async_context(carry_late_replies(exchange))
            yield

    def _announce(self) -> None:
        host, port = self._settings.web_listen
        shown = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        print(f"Aiguilleur answers at {shown}; Ctrl+C stops it", flush=True)  # noqa: T201
        base = self._current().base
        _log.info(
            "Started: aiguilleur %s at %s; %d answers of %s, model %s.",
            program_version(),
            shown,
            len(base.published),
            self._settings.kb_dir,
            self._current.fingerprint,
        )

    async def _announce_telegram(self, telegram: TelegramService | None) -> None:
        """Only once it was reached: until then, nobody there is answered."""
        if telegram is not None:
            await telegram.reached.wait()
            name, mode = telegram.bot.username, self._settings.telegram_mode
            print(f"... and on Telegram as @{name} ({mode})", flush=True)  # noqa: T201
            _log.info("Telegram was reached: @%s answers (%s).", name, mode)

    async def _work(
        self,
        store: Store,
        telegram: TelegramService | None,
        health: Health,
        mail: MailService | None,
    ) -> None:
        """Run everything beside the pages; when one part ends, or at the stop, all parts end."""
        main = asyncio.create_task(telegram.run(self._stop) if telegram else self._stop_is_set())
        beside = [
            asyncio.create_task(work)
            for work in (
                keep_purging(store, self._settings, self._stop, first=FIRST_PURGE_SECONDS),
                watch_loop(self._metrics),
                self._watch_figures(store),
                self._watch_autonomy(store),
                ReviewWatch(store, self._current_base).run(self._stop),
                watch_queues(store, self._metrics),
                self._tell_of_the_end(health),
                self._announce_telegram(telegram),
                self._current.keep_up(self._changed),
                self._keep_time(store),
                self._proposals.run(store),
                serve_mail(mail, self._settings, store, self._metrics, self._stop),
            )
        ]
        beside.append(asyncio.create_task(self._cut_short(main)))
        try:
            await wait_for_first(main, beside)
        finally:
            for task in (main, *beside):
                task.cancel()
            await asyncio.wait((main, *beside))

    async def _cut_short(self, main: asyncio.Task[None]) -> None:
        """There is one deadline for the whole stop, whatever it waits for."""
        await self._stop.wait()
        await asyncio.wait((main,), timeout=STOP_SECONDS)
        if main.cancel():
            _log.warning("The stop took more than %d s and was cut short.", STOP_SECONDS)

    async def _hurry_at_the_end(self, store: Store) -> None:
        """From the moment of the stop on, nobody waits long for a database that is away."""
        await self._stop.wait()
        store.hurry(STORE_SECONDS)

    async def _keep_time(self, store: Store) -> None:
        """Do what is due about tickets, while desks answer here."""
        await keep_time(
            store,
            self._settings,
            self._current_base,
            self._answerer(store).deliveries,
            stop=self._stop,
            metrics=self._metrics,
            posts=lambda: self._current.posts,
        )

    async def _watch_figures(self, store: Store) -> None:
        deliveries = self._answerer(store).deliveries
        watch = FigureWatch(store, self._settings, self._current, self._metrics, deliveries)
        await watch.run(self._stop)

    async def _watch_autonomy(self, store: Store) -> None:
        deliveries = self._answerer(store).deliveries
        watch = AutonomyWatch(store, self._settings, self._current, self._metrics, deliveries)
        await watch.run(self._stop)

    def _casework(self) -> Casework:
        return build_casework(self._settings, self._current_base(), posts=self._current.posts)

    async def _stop_is_set(self) -> None:
        await self._stop.wait()

    def _current_base(self) -> KnowledgeBase:
        return self._current().base

    async def _tell_of_the_end(self, health: Health) -> None:
        """From the moment of the stop on, nothing new is to be sent here."""
        await self._stop.wait()
        health.draining = True
        self.notifier.tell_stopping()
