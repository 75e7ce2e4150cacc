"""Errors that more than one room must know, in a module that imports nothing."""

from __future__ import annotations


class TokenRefusedError(Exception):
    """Telegram refused the token; the message never holds the token itself."""
