"""What Telegram says of the bot: whether it knows the token, and what became of the webhook."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram.api.logs import describe_answer
from bot.ops.findings import Finding
from bot.ops.wording import count_of

if TYPE_CHECKING:
    import httpx
    from telegram import WebhookInfo

PATIENCE = 10.0
"""Seconds for each call."""

MANY_WAITING = 100
MOST_SECONDS_APART = 30.0
_TOKEN, _WEBHOOK, _CLOCK = "token", "webhook", "clock"


class Wanted(NamedTuple):
    """How updates are meant to come: ``polling`` or ``webhook``, and to which address."""

    mode: str
    webhook_url: str


class _Clock:
    """Hears what time it is at the server."""

    def __init__(self) -> None:
        self.seconds_apart: float | None = None

    async def hear(self, response: httpx.Response) -> None:
        try:
            there = parsedate_to_datetime(response.headers["date"])
        except (KeyError, ValueError):
            return
        self.seconds_apart = (datetime.now(UTC) - there).total_seconds()


async def diagnose(token: str, base_url: str, wanted: Wanted) -> list[Finding]:
    """Ask the Bot API server about the bot; nothing is changed there.

    Args:
        token: the bot's token; it appears in no check.
        base_url: of the Bot API server, up to and with ``/bot``.
        wanted: how updates are meant to come.
    """
    clock = _Clock()
    request = HTTPXRequest(
        connect_timeout=PATIENCE,
        read_timeout=PATIENCE,
        httpx_kwargs={"event_hooks": {"response": [clock.hear]}},
    )
    try:
        async with request:
            bot = Bot(token, base_url=base_url, request=request)
            found = await _ask(bot, wanted)
    except InvalidToken:
        found = [_refusal_finding()]
    except TelegramError as error:
        found = [_unreachable_finding(base_url, error)]
    return [*found, *_check_clock(clock.seconds_apart)]


async def _ask(bot: Bot, wanted: Wanted) -> list[Finding]:
    me = await bot.get_me()
    known = Finding("ok", _TOKEN, f"Telegram knows it as @{me.username}")
    return [known, _webhook(await bot.get_webhook_info(), wanted)]


def _refusal_finding() -> Finding:
    todo = "check TELEGRAM_BOT_TOKEN, or ask @BotFather for a new one"
    return Finding("FAIL", _TOKEN, "Telegram refused it", todo)


def _unreachable_finding(base_url: str, error: TelegramError) -> Finding:
    detail = f"{base_url} gave no answer to it ({describe_answer(error)})"
    return Finding("FAIL", _TOKEN, detail, "check the network, the proxy and TELEGRAM_BASE_URL")


def _webhook(info: WebhookInfo, wanted: Wanted) -> Finding:
    if wanted.mode == "polling":
        if info.url:
            todo = "the service removes it when it starts; set TELEGRAM_MODE=webhook to keep it"
            return Finding(
                "warn", _WEBHOOK, f"{info.url} is set, but TELEGRAM_MODE is polling", todo
            )
    elif info.url != wanted.webhook_url:
        detail = f"Telegram posts to {info.url or 'no address'}, not to {wanted.webhook_url}"
        return Finding("FAIL", _WEBHOOK, detail, "start the service: it sets WEBHOOK_URL")
    return _deliveries(info)


def _deliveries(info: WebhookInfo) -> Finding:
    waiting = f"{count_of(info.pending_update_count, 'update')} waiting at Telegram"
    if info.last_error_message:
        at = info.last_error_date
        moment = f" at {at:%Y-%m-%d %H:%M} UTC" if at else ""
        detail = f"{waiting}; the last delivery failed{moment}: {info.last_error_message[:200]}"
        todo = "look at the reverse proxy between Telegram and WEBHOOK_LISTEN"
        return Finding("warn", _WEBHOOK, detail, todo)
    if info.pending_update_count > MANY_WAITING:
        return Finding("warn", _WEBHOOK, waiting, "check that the service runs and keeps up")
    return Finding("ok", _WEBHOOK, waiting)


def _check_clock(seconds_apart: float | None) -> list[Finding]:
    if seconds_apart is None:
        return []
    detail = f"{abs(seconds_apart):.0f} s from the server's"
    if abs(seconds_apart) > MOST_SECONDS_APART:
        return [Finding("warn", _CLOCK, detail, "let the machine set its clock by NTP")]
    return [Finding("ok", _CLOCK, detail)]
