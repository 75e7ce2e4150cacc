"""The web channel: chat page, JSON API, health, metrics, and Telegram's webhook.

The only place that imports starlette, uvicorn and jinja2.
"""

from bot.channels.web.app import build_web
from bot.channels.web.bureau import BureauParts
from bot.channels.web.courier import carry_late_replies
from bot.channels.web.exchange import CHANNEL, Exchange
from bot.channels.web.options import WebOptions
from bot.channels.web.server import serve_app, serve_both
from bot.channels.web.telegram_endpoint import build_webhook

__all__ = [
    "CHANNEL",
    "BureauParts",
    "Exchange",
    "WebOptions",
    "build_web",
    "build_webhook",
    "carry_late_replies",
    "serve_app",
    "serve_both",
]
