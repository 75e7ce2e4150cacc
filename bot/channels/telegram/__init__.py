"""The Telegram channel: updates in, replies out. The only place that imports telegram."""

from bot.channels.telegram.service import Options, TelegramService, source_of

__all__ = ["Options", "TelegramService", "source_of"]
