"""Fetching updates for as long as we run, whatever Telegram or the network does.

The library's own loop is not used: with Telegram away it would not start, could take half a
minute to stop, and would go on silently deaf once the token is revoked.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot import replies
from bot.errors import TokenRefusedError
from bot.telegram.delivery import seconds_of
from bot.telegram.logs import describe_answer, protect_logs

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from telegram import Bot

    from bot.telegram.channel import App

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_ALLOWED_UPDATES = ("message", "callback_query")
_POLL_SECONDS = 25
_DRAIN_SECONDS = 8.0  # containers are killed ten seconds after they were asked to stop
_CONFIRM_SECONDS = 1.5
_CALM_POLLS = 10
_FIRST_WAIT = 1.0
_FIRST_CONFLICT_WAIT = 4.0


@dataclass(slots=True)
class _Backoff:
    """Longer and longer waits."""

    first: float
    longest: float
    current: float = 0.0

    def next(self) -> float:
        self.current = min(self.current * 2 or self.first, self.longest)
        return self.current

    def reset(self) -> None:
        self.current = 0.0


@dataclass(slots=True)
class _Trouble:
    """How long to wait after a failed poll, and what is worth a line in the log."""

    network: _Backoff = field(default_factory=lambda: _Backoff(_FIRST_WAIT, 20.0))
    conflict: _Backoff = field(default_factory=lambda: _Backoff(_FIRST_CONFLICT_WAIT, 30.0))
    calm: int = 0

    def failed(self, error: TelegramError) -> float:
        if isinstance(error, Conflict):
            return self._conflicting()
        if not self.network.current:
            _log.warning("Polling fails (%s); trying until it works.", describe_answer(error))
        wait = self.network.next()
        return max(wait, seconds_of(error)) if isinstance(error, RetryAfter) else wait

    def succeeded(self) -> None:
        if self.network.current:
            _log.warning("Polling works again.")
            self.network.reset()
        self.calm += 1
        if self.calm >= _CALM_POLLS:
            self.conflict.reset()

    def _conflicting(self) -> float:
        # Two instances take the line from each other by turns: a poll that works in between
        # does not end the conflict, else every turn would be one more line.
        self.calm = 0
        if not self.conflict.current:
            _log.error(
                "Another program polls with the same token (409): this one waits and tries again; "
                "stop one of the two, or people may be answered twice."
            )
        return self.conflict.next()


async def run_polling(application: App, stop: asyncio.Event) -> None:
    """Serve until ``stop`` is set; what was received by then is still answered.

    Updates that came in while nothing ran are kept. Telegram away, at the start or later, is
    waited for.

    Raises:
        TokenRefusedError: at the start, or later when the token is revoked.
    """
    protect_logs(application.bot.token)
    try:
        if await _connect(application, stop):
            await application.start()
            application.create_task(_announce(application.bot))
            await _poll(application, stop)
    finally:
        await _close(application)


async def _connect(application: App, stop: asyncio.Event) -> bool:
    """Ask Telegram who we are until it answers; false when stopped before."""
    backoff = _Backoff(_FIRST_WAIT, 20.0)

    def failed(error: TelegramError) -> float:
        wait = backoff.next()
        _log.warning(
            "Telegram cannot be reached (%s); next try in %d s.", describe_answer(error), wait
        )
        return wait

    await _insist(stop, application.initialize, failed)
    return not stop.is_set()


async def _poll(application: App, stop: asyncio.Event) -> None:
    bot, trouble, offset = application.bot, _Trouble(), None
    await _insist(stop, bot.delete_webhook, trouble.failed)  # else polling is refused
    while not stop.is_set():
        fetch = partial(
            bot.get_updates, offset=offset, timeout=_POLL_SECONDS, allowed_updates=_ALLOWED_UPDATES
        )
        updates = await _insist(stop, fetch, trouble.failed)
        if updates is None:
            break
        trouble.succeeded()
        for update in updates:
            await application.update_queue.put(update)
            offset = update.update_id + 1
    await _confirm(bot, offset)


async def _confirm(bot: Bot, offset: int | None) -> None:
    """Tell Telegram what was received, else the next start would answer it again."""
    if offset is None:
        return
    try:
        async with asyncio.timeout(_CONFIRM_SECONDS):
            await bot.get_updates(offset=offset, timeout=0, allowed_updates=_ALLOWED_UPDATES)
    except (TelegramError, TimeoutError) as error:
        _log.warning(
            "The last updates were not confirmed (%s): the next start may answer them again.",
            describe_answer(error),
        )


async def _announce(bot: Bot) -> None:
    """Set the menu of commands, for everybody and for French phones."""
    commands = replies.command_descriptions()
    try:
        await bot.set_my_commands(commands)
        await bot.set_my_commands(commands, language_code="fr")
    except TelegramError as error:
        _log.warning(
            "The menu of commands was not set (%s); they work all the same.",
            describe_answer(error),
        )


async def _close(application: App) -> None:
    """Finish what was received, for as long as there is time, and let go of everything."""
    if application.running:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await application.stop()
    await application.update_processor.shutdown()
    await application.shutdown()
    await application.bot.shutdown()  # the application forgets it when it never got started
    if application.post_stop is not None:
        await application.post_stop(application)


async def _insist(
    stop: asyncio.Event,
    call: Callable[[], Coroutine[Any, Any, _T]],
    failed: Callable[[TelegramError], float],
) -> _T | None:
    """Make a call until it works; ``failed`` says how long to wait. None when stopped before.

    Raises:
        TokenRefusedError: Telegram refused the token.
    """
    while not stop.is_set():
        try:
            return await _unless(stop, call())
        except InvalidToken:
            break
        except TelegramError as error:
            wait = failed(error)
        await _unless(stop, asyncio.sleep(wait))
    if stop.is_set():
        return None
    # Outside the handler: the library's exception quotes the token and must not be chained.
    raise TokenRefusedError


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, _T]) -> _T | None:
    """The result of ``work``; None when ``stop`` is set first, and ``work`` is cancelled."""
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        stopped.cancel()
        await asyncio.wait((task, stopped))
