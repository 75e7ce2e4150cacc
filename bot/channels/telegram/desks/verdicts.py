"""What to do when Telegram refuses something of a ticket: it is never given up lightly.

What goes to a desk waits for the group; a topic that is gone is replaced. What goes to an asker
and cannot be delivered is told to the desk.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.channels.telegram.sending.refusals import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    Again,
    Drop,
    Sent,
    reason_of,
    verdict,
)
from bot.conversation.replies import desk_notes
from bot.ops.retrying import growing_wait

if TYPE_CHECKING:
    from datetime import datetime

    from telegram.error import TelegramError

    from bot.channels.telegram.sending.outgoing import Outgoing
    from bot.channels.telegram.sending.refusals import Verdict

Why: TypeAlias = Literal["rights", "kicked", "unknown", "refused"]

_GONE = ("thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
_NO_FORUM = ("not a forum", "only in supergroups", "supergroup chats only")
_NO_RIGHTS = ("not enough rights", "chat_write_forbidden", "administrator rights", "no rights")
_NOT_COPIED = ("be copied", "to copy not found", "wrong file", "caption is too long")


@dataclass(frozen=True, slots=True)
class Lost:
    """The topic is gone: the ticket gets another one."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The group has no topics."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The group has become a supergroup."""

    to: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """The group takes nothing for now, which those who run the service have to mend."""

    why: Why


TicketVerdict: TypeAlias = "Verdict | Lost | Plain | Moved | Trouble"


def judge(error: TelegramError, message: Outgoing, attempts: int, since: datetime) -> TicketVerdict:
    """What to do with something of a ticket that met with ``error``; see ``refusals.verdict``."""
    about = message.about or {}
    own = _at_desk(error, message) if about.get("for_desk") else _at_asker(error, message)
    if own is not None:
        return own
    found = verdict(error, message, attempts, since)
    if not isinstance(found, Drop):
        return found
    if isinstance(error, BadRequest):
        return Trouble("refused") if about.get("for_desk") else found
    return Again(growing_wait(FIRST_PAUSE, LONGEST_PAUSE, attempts))


def _at_desk(error: TelegramError, message: Outgoing) -> TicketVerdict | None:
    if isinstance(error, ChatMigrated):
        return Moved(error.new_chat_id)
    if isinstance(error, Forbidden):
        return Trouble("kicked")
    if not isinstance(error, BadRequest):
        return None
    said = error.message.lower()
    if "chat not found" in said:
        return Trouble("unknown")
    return _of_topic(said, message) or _of_message(error, message)


def _of_topic(said: str, message: Outgoing) -> TicketVerdict | None:
    """What is said about topics and rights."""
    managed = message.kind in {"close", "reopen"}
    if "not_modified" in said:
        return Sent()
    if any(words in said for words in _NO_FORUM):
        return Sent() if managed else Plain()
    if any(words in said for words in _GONE):
        return Sent() if message.kind == "close" else Lost()
    if any(words in said for words in _NO_RIGHTS) and message.kind != "delete":
        return Sent() if managed else Trouble("rights")
    return None


def _at_asker(error: TelegramError, message: Outgoing) -> TicketVerdict | None:
    if isinstance(error, Forbidden):
        return Drop(reason_of(error))
    return _of_message(error, message) if isinstance(error, BadRequest) else None


def _of_message(error: BadRequest, message: Outgoing) -> TicketVerdict | None:
    """What is said about one message."""
    said = error.message.lower()
    if message.kind == "delete":
        # Too old to be deleted; or gone already, which is what was wanted.
        gone = replace(message, kind="send", html=desk_notes.WITHDRAWN, plain=desk_notes.WITHDRAWN)
        return Again(0.0, gone) if "can't be deleted" in said else Sent()
    if message.edits is not None and message.plain == desk_notes.WITHDRAWN:
        return Sent()
    if message.kind == "album":
        # Its files go one by one: each row finds its own album refused, and is copied alone.
        return Again(0.0, replace(message, kind="copy", album=[]))
    if message.kind == "copy" and any(words in said for words in _NOT_COPIED):
        return Drop(reason_of(error), gone=False)
    return None
