"""The only writer: what the bot remembers, in one SQLite file.

This module imports nothing heavy, so that anybody may catch ``StoreError``.
"""

from __future__ import annotations

from bot.ops.errors import BotError


class StoreError(BotError):
    """The store cannot do what was asked; the message says what, why and what to do next."""


class RefusedError(StoreError):
    """The database works, and does not take what it was given; trying again changes nothing."""


class StoppingError(StoreError):
    """The database cannot be used, and there is no time left to wait for it."""


class AddressError(StoreError):
    """``DATABASE_URL`` cannot mean what it says, whatever the server does."""
