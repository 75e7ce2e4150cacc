"""Logs that say what happened, and never the token nor what a person wrote."""

from __future__ import annotations

import logging
import traceback

MASK = "[token]"
_SECRET_LENGTH = 8  # a shorter half of a token could be an ordinary word
_CHATTY = ("telegram", "httpx", "httpcore")


class _TokenMask(logging.Filter):
    """Rewrites any record in which the token shows, traceback included."""

    def __init__(self, token: str) -> None:
        super().__init__()
        secret = token.rpartition(":")[2]
        self.secrets = tuple(
            part for part in (token, secret) if len(part) >= min(_SECRET_LENGTH, len(token)) > 0
        )

    def filter(self, record: logging.LogRecord) -> bool:
        self._mask_message(record)
        self._mask_traceback(record)
        return True

    def mask(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return text

    def _mask_message(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # logging reports a wrong format itself, arguments shown
            message = f"{record.msg} {record.args}"
        if (masked := self.mask(message)) != message:
            record.msg, record.args = masked, ()

    def _mask_traceback(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[0] is not None:
            shown = "".join(traceback.format_exception(*record.exc_info)).rstrip()
            if (masked := self.mask(shown)) != shown:
                record.exc_info, record.exc_text = None, masked


def mask_token(token: str) -> logging.Filter:
    """A filter that replaces ``token``, or its secret half alone, in any record."""
    return _TokenMask(token)


def protect_logs(token: str) -> None:
    """Silence the libraries that log addresses with the token, and mask it everywhere else.

    The mask sits on the handlers that the root logger has at this moment, so logging is
    configured first.
    """
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    mask = _TokenMask(token)
    for handler in (*logging.getLogger().handlers, logging.lastResort):
        if handler is not None and not _has_mask(handler, mask):
            handler.addFilter(mask)


def _has_mask(handler: logging.Handler, mask: _TokenMask) -> bool:
    return any(isinstance(f, _TokenMask) and f.secrets == mask.secrets for f in handler.filters)


def describe_answer(error: Exception) -> str:
    """What Telegram or the network said, in one line cut short.

    What follows the first colon of Telegram's own sentences quotes the request.
    """
    said = str(error).partition(". Parsing")[0].partition(":")[0]
    return f"{type(error).__name__}: {' '.join(said.split())[:100]}"
