"""Why a mail is not relayed."""

from __future__ import annotations

from bot.ops.errors import BotError


class RefusalError(BotError):
    """A mail is not relayed; the reason is read by those who run the service."""
