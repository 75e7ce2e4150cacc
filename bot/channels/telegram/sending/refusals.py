"""Decides what to do when Telegram refuses a message or the network fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.api.retrying import seconds_of
from bot.ops.retrying import growing_wait

if TYPE_CHECKING:
    from bot.channels.telegram.sending.outgoing import Outgoing

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0
GIVE_UP_AFTER = timedelta(hours=24)
"""After so long a message is given up; Telegram keeps its own updates for as long."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The message has arrived."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A fresh connection took the message and gave no answer either: it very likely arrived."""


@dataclass(frozen=True, slots=True)
class Park:
    """Nothing may be sent to the chat for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after some seconds, perhaps with a changed message or the chat's new number."""

    seconds: float
    changed: Outgoing | None = None
    moved_to: int = 0


@dataclass(frozen=True, slots=True)
class Doubt(Again):
    """Nobody knows whether the message has arrived: it is sent once more, on a fresh connection."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Give the message up; ``gone``: nothing else can be sent to this chat either."""

    reason: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """End the service: the token is refused."""


Verdict: TypeAlias = "Sent | Doubt | Uncertain | Park | Again | Drop | Stop"


def verdict(error: TelegramError, message: Outgoing, attempts: int, since: datetime) -> Verdict:
    """What to do with a message that met with ``error``.

    Args:
        error: what Telegram or the network said.
        message: what was to be sent.
        attempts: how often it was tried, this time included.
        since: when it was written.
    """
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        return _after_silence(error, message) or _another_try(attempts, since)
    return _known_verdict(error, message) or _another_try(attempts, since)


def _after_silence(error: NetworkError, message: Outgoing) -> Verdict | None:
    """The verdict when the message may have arrived; None when it has not.

    A connection that was open before may be dead without a word, and takes whatever is written.
    """
    if not _may_have_arrived(error):
        return None
    if not message.doubted:
        return Doubt(0.0, replace(message, doubted=True))
    # To edit the same again does no harm.
    return Uncertain() if message.edits is None else None


def _known_verdict(error: TelegramError, message: Outgoing) -> Verdict | None:
    """The verdict on an error that Telegram itself explains; None for any other error."""
    match error:
        case RetryAfter():
            return Park(seconds_of(error))
        case InvalidToken():
            return Stop()
        case ChatMigrated():
            moved = replace(message, chat=error.new_chat_id, question=None, edits=None)
            return Again(0.0, moved, error.new_chat_id)
        case Forbidden():
            return Drop(reason_of(error), gone=True)
        case BadRequest():
            return _after_bad_request(error, message)
    return None


def _another_try(attempts: int, since: datetime) -> Verdict:
    if datetime.now(UTC) - since > GIVE_UP_AFTER:
        return Drop("it could not be sent for a day")
    return Again(growing_wait(FIRST_PAUSE, LONGEST_PAUSE, attempts))


def _after_bad_request(error: BadRequest, message: Outgoing) -> Verdict:
    said = error.message.lower()
    if "not modified" in said:
        return Sent()
    return _in_another_form(said, message) or Drop(reason_of(error))


def _in_another_form(said: str, message: Outgoing) -> Again | None:
    if "can't parse entities" in said and not message.as_plain:
        return Again(0.0, replace(message, as_plain=True))
    if "thread not found" in said and message.thread is not None:
        return Again(0.0, replace(message, thread=None))
    return Again(0.0, replace(message, edits=None)) if message.edits is not None else None


def reason_of(error: TelegramError) -> str:
    """Telegram's own words, without what quotes the message after a colon."""
    head, _, rest = error.message.partition(": ")
    return (rest if head in {"Forbidden", "Bad Request"} else head).partition(":")[0][:100]


def _may_have_arrived(error: NetworkError) -> bool:
    never_left = isinstance(
        error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout | httpx.WriteTimeout
    )
    return isinstance(error, TimedOut) and not never_left
