"""Structured logs: one masked JSON object a line, whoever speaks and whatever fails."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any

import structlog

from bot.ops.redaction import Redaction
from bot.scrubbing.word_lists import check_word_lists

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable
    from types import TracebackType

    from structlog.typing import EventDict, Processor

NOISY = (
    "aiosqlite",
    "alembic",
    "asyncio",
    "asyncpg",
    "httpcore",
    "httpx",
    "sqlalchemy",
    "telegram",
    "uvicorn",
)
_UNFORMATTED = "a log record could not be formatted; its arguments are left out"

_log = logging.getLogger(__name__)


class _OneLine(structlog.stdlib.ProcessorFormatter):
    """Formats any record, even one whose arguments do not fit its message."""

    def format(self, record: logging.LogRecord) -> str:
        try:
            return super().format(record)
        except Exception:  # noqa: BLE001 - logging would print the arguments as they are
            plain = logging.makeLogRecord(record.__dict__)
            plain.msg, plain.args, plain.exc_info = f"{_UNFORMATTED}: {record.msg!r:.200}", (), None
            return super().format(plain)


class _Handler(logging.StreamHandler[Any]):
    """Writes to stderr; when that takes nothing more, logging would print the record unmasked."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say nothing: there is nowhere left to say it."""


def configure_logs(level: str, secrets: Iterable[str] = ()) -> None:
    """Send every record, ours and the libraries', to stderr as one JSON object a line.

    From then on an error that nobody catches, in the main thread, in another or in the event
    loop's care (see :func:`guard_loop`), is such a line too.

    Args:
        level: the least serious level that is written.
        secrets: values that are masked wherever they appear, tracebacks included.

    Raises:
        WordListError: nothing personal could be masked, for want of a list of words.
    """
    check_word_lists()
    handler = _Handler(sys.stderr)
    handler.setFormatter(_formatter(Redaction(secrets)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in NOISY:
        _quieten(name)
    logging.captureWarnings(capture=True)
    warnings.simplefilter("default", RuntimeWarning)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    sys.unraisablehook = _log_unraisable


def guard_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Let what a task or a callback of ``loop`` fails with be one line as well."""
    loop.set_exception_handler(_log_uncaught_in_loop)


def _quieten(name: str) -> None:
    """A library at WARNING whatever our level is: below it, they log addresses with the token.

    Its own handlers, and those of the loggers under it, would pass by the mask.
    """
    below = [each for each in logging.Logger.manager.loggerDict if each.startswith(f"{name}.")]
    for logger in map(logging.getLogger, (name, *below)):
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    logging.getLogger(name).setLevel(logging.WARNING)


def _formatter(redaction: Redaction) -> logging.Formatter:
    def mask_event(_logger: object, _name: str, event: EventDict) -> EventDict:
        return {str(key): redaction.inside(value) for key, value in event.items()}

    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.format_exc_info,
    ]
    return _OneLine(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            mask_event,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Only ASCII: a line's end, an escape or a NUL in a text is written as \\n, \\u001b.
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
    )


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("uncaught error", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None:
        _log.critical(
            "uncaught error in a thread",
            exc_info=(found.exc_type, found.exc_value, found.exc_traceback),
        )


def _log_unraisable(found: sys.UnraisableHookArgs) -> None:
    if found.exc_value is not None:
        _log.error(
            "error that could not be raised",
            exc_info=(found.exc_type, found.exc_value, found.exc_traceback),
        )


def _log_uncaught_in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # Only its message: the rest shows tasks with what they were given.
    _log.error("event loop: %s", context.get("message"), exc_info=context.get("exception"))
