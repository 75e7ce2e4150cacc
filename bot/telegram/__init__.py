"""The Telegram channel: updates in, replies out. The only place that imports telegram."""

from bot.telegram.channel import App, Conversation, build_application
from bot.telegram.logs import mask_token
from bot.telegram.polling import run_polling

__all__ = [
    "App",
    "Conversation",
    "build_application",
    "mask_token",
    "run_polling",
]
