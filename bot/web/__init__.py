"""The web channel: chat page, JSON API, health, metrics, and Telegram's webhook.

The only place that imports starlette, uvicorn and jinja2.
"""

from bot.web.app import build_web
from bot.web.options import WebOptions
from bot.web.server import serving, serving_both
from bot.web.webhook import build_webhook

__all__ = ["WebOptions", "build_web", "build_webhook", "serving", "serving_both"]
