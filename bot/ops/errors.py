"""Errors that more than one room must know, and how to tell of any error."""

from __future__ import annotations

import traceback
from pathlib import Path


class BotError(Exception):
    """What can go wrong in ``bot``: every error of its own is one of these."""


class TokenRefusedError(BotError):
    """Telegram does not accept the token; the message does not hold it."""

    def __init__(self) -> None:
        super().__init__(
            "Telegram refused the token: check TELEGRAM_BOT_TOKEN, "
            "or ask @BotFather for a new one and start again."
        )


class ListenError(BotError):
    """An address cannot be listened on; the message says which, why and what to do."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"cannot listen on {address}: {reason}; stop the program that holds it, "
            "or set another WEB_LISTEN or WEBHOOK_LISTEN"
        )


def reason_of(error: OSError | UnicodeDecodeError) -> str:
    """Why a file cannot be used, without the number of the error and without its name."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return (error.strerror or str(error) or type(error).__name__).lower()


def describe(error: BaseException) -> str:
    """An error in a few words: its type, and where it comes from, but not its text.

    The text of an exception may hold what a person wrote; its type and the lines that it went
    through may not.
    """
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    path = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} ({path})" if path else type(error).__name__
