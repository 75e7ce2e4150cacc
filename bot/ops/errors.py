"""Errors that more than one room must know, in a module that imports nothing."""

from __future__ import annotations


class TokenRefusedError(Exception):
    """Telegram does not accept the token; the message does not hold it."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram refused the token: check TELEGRAM_BOT_TOKEN, "
            "or ask @BotFather for a new one and start again."
        )


class ListenError(Exception):
    """An address cannot be listened on; the message says which, why and what to do."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"cannot listen on {address}: {reason}; stop the program that holds it, "
            "or set another WEB_LISTEN or WEBHOOK_LISTEN"
        )
