"""What is known of one message, before and after it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.conversation.messages import Incoming
    from classifier.decision import Decision, Target


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message with all that could be found out without the journal.

    Attributes:
        incoming: the message.
        decision: what is done with it; None for what takes no thinking: commands, button presses
            and messages that are empty.
        latency_ms: how long that took.
    """

    incoming: Incoming
    decision: Decision | None = None
    latency_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A turn of this chat as the journal remembers it.

    Attributes:
        id: the turn's number.
        candidates: entries and desks, best first, as they were reply_to_decision.
        target: what was answered with or routed to, if anything.
        feedback: ``(kind, value)`` of every click on this turn, oldest first.
    """

    id: int
    candidates: tuple[Target, ...]
    target: Target | None
    feedback: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """What is kept of one message of a chat.

    Attributes:
        id: the turn's number.
        at: when it came (UTC).
        text: the message as it is kept: scrubbed, empty once its time is over.
        action: what was reply_to_decision.
    """

    id: int
    at: datetime
    text: str
    action: str
