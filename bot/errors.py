"""Errors that more than one room must know, in a module that imports nothing."""

from __future__ import annotations


class TokenRefusedError(Exception):
    """Telegram does not accept the token; the message does not hold it."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram refused the token: check TELEGRAM_BOT_TOKEN, "
            "or ask @BotFather for a new one and start again."
        )
