"""What the conversation needs of the world; the store provides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.messages import Incoming
    from classifier.decision import Decision, Target


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A turn of this chat as the journal remembers it.

    Attributes:
        id: the turn's number.
        candidates: entries and desks, best first, as they were decided.
        target: what was answered with or routed to, if anything.
        feedback: ``(kind, value)`` of every click on this turn, oldest first.
    """

    id: int
    candidates: tuple[Target, ...]
    target: Target | None
    feedback: tuple[tuple[str, str], ...] = ()


class Journal(Protocol):
    """Keeps every turn and click; the only memory that a conversation has.

    Texts are scrubbed and chats pseudonymised by the implementation, before anything is written.
    """

    async def record_turn(self, incoming: Incoming, decision: Decision, latency_ms: float) -> int:
        """Write one turn and return its number."""
        ...

    async def record_feedback(self, turn_id: int, kind: str, value: str) -> None:
        """Write one click."""
        ...

    async def past_turn(self, incoming: Incoming, turn_id: int) -> PastTurn | None:
        """A turn of the chat of ``incoming``; None when unknown, purged or another chat's."""
        ...

    async def misses_in_a_row(self, incoming: Incoming) -> int:
        """How many of this chat's last clicks, uninterrupted, said that nothing helped.

        A miss is feedback ``("useful", "no")`` or ``("none", "")``; ``("useful", "yes")`` and
        ``("human", ...)`` end the row; a click on a suggestion (``"choice"``) does not count.
        """
        ...
