"""A journal in memory, for tests of what stands above the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.ports import KeptTurn, PastTurn

if TYPE_CHECKING:
    from bot.messages import Incoming
    from classifier.decision import Decision, Target

MISSES = {("useful", "no"), ("none", "")}


@dataclass
class Turn:
    """A turn as it was recorded, and the clicks on it."""

    id: int
    incoming: Incoming
    decision: Decision
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    feedback: list[tuple[str, str]] = field(default_factory=list)

    @property
    def candidates(self) -> tuple[Target, ...]:
        """Best first."""
        return tuple(candidate.target for candidate in self.decision.candidates)


class MemoryJournal:
    """A ``bot.ports.Journal`` that forgets everything when it is dropped."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.clicks: list[tuple[str, str, str]] = []

    async def record_turn(self, incoming: Incoming, decision: Decision, latency_ms: float) -> int:
        """Write one turn, or find the one that the same update has."""
        del latency_ms
        for turn in self._of(incoming):
            if incoming.update_id is not None and turn.incoming.update_id == incoming.update_id:
                return turn.id
        self.turns.append(Turn(len(self.turns) + 1, incoming, decision))
        return self.turns[-1].id

    async def record_feedback(self, turn_id: int, kind: str, value: str) -> None:
        """Write one click."""
        turn = self.turns[turn_id - 1]
        turn.feedback.append((kind, value))
        self.clicks.append((turn.incoming.chat, kind, value))

    async def past_turn(self, incoming: Incoming, turn_id: int) -> PastTurn | None:
        """A turn of this chat."""
        for turn in self._of(incoming):
            if turn.id == turn_id:
                target = turn.decision.target
                return PastTurn(turn.id, turn.candidates, target, tuple(turn.feedback))
        return None

    async def misses_in_a_row(self, incoming: Incoming) -> int:
        """The last clicks that said no, uninterrupted."""
        count = 0
        for chat, kind, value in reversed(self.clicks):
            if chat != incoming.chat or kind == "choice":
                continue
            if (kind, value) not in MISSES:
                break
            count += 1
        return count

    async def kept_turns(self, incoming: Incoming, limit: int) -> tuple[int, list[KeptTurn]]:
        """The last turns of this chat, newest first."""
        mine = self._of(incoming)
        kept = [KeptTurn(t.id, t.at, t.incoming.text, t.decision.action) for t in reversed(mine)]
        return len(mine), kept[:limit]

    async def forget(self, incoming: Incoming) -> int:
        """Erase this chat."""
        mine = self._of(incoming)
        self.turns = [turn for turn in self.turns if turn not in mine]
        return len(mine)

    def _of(self, incoming: Incoming) -> list[Turn]:
        return [turn for turn in self.turns if turn.incoming.chat == incoming.chat]
