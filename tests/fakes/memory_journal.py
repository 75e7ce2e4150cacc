"""A journal that forgets when the test ends: the whole port, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.conversation.turns import (
    LATELY,
    MANY_CHATS,
    TEXT,
    Feedback,
    KeptTurn,
    PastTurn,
    Shown,
    count_misses,
    shown_by,
)
from bot.scrubbing.scrub import scrub
from bot.scrubbing.split import mask_across

if TYPE_CHECKING:
    from bot.conversation.messages import Incoming
    from classifier.decision import Decision, Target

FIRST_TURN = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
"""A minute before the clocks of Paris go forward."""


@dataclass
class Turn:
    """One turn; nobody's once its chat was forgotten."""

    id: int
    at: datetime
    channel: str
    chat: str | None
    update_id: int | None
    text: str
    action: str | None
    shown: Shown
    candidates: tuple[Target, ...]
    kind: str = TEXT
    feedback: list[Feedback] = field(default_factory=list)

    @property
    def target(self) -> Target | None:
        return self.shown.target


class MemoryJournal:
    """A ``bot.conversation.ports.Journal``; a turn comes a minute after the one before.

    Args:
        keeps_text: false for a journal that keeps no texts.
    """

    def __init__(self, *, keeps_text: bool = True) -> None:
        self.keeps_text = keeps_text
        self.turns: list[Turn] = []
        self.clicks: list[tuple[int, Feedback]] = []

    async def record_turn(
        self,
        incoming: Incoming,
        decision: Decision | None,
        latency_ms: float,
        shown: Shown | None = None,
    ) -> int:
        assert latency_ms >= 0
        for turn in self.turns:
            same = (turn.channel, turn.update_id) == (incoming.channel, incoming.update_id)
            if same and incoming.update_id is not None:
                return turn.id
        turn = Turn(
            id=len(self.turns) + 1,
            at=FIRST_TURN + timedelta(minutes=len(self.turns)),
            channel=incoming.channel,
            chat=incoming.chat,
            update_id=incoming.update_id,
            text=self._kept(incoming) if self.keeps_text else "",
            action=decision.action if decision else None,
            shown=shown or shown_by(decision),
            candidates=tuple(found.target for found in decision.offered) if decision else (),
            kind=incoming.kind,
        )
        self.turns.append(turn)
        return turn.id

    def _kept(self, incoming: Incoming) -> str:
        own = {incoming.update_id, None if incoming.update_id is None else ~incoming.update_id}
        texts = [turn for turn in self._of(incoming) if turn.kind == TEXT]
        last = [t for t in texts if t.update_id is None or t.update_id not in own][-3:]
        before, text = mask_across([turn.text for turn in last], incoming.text)
        for turn, left in zip(last, before, strict=True):
            turn.text = left
        return scrub(text)

    async def record_feedback(self, turn_id: int, said: Feedback) -> None:
        self.turns[turn_id - 1].feedback.append(said)
        self.clicks.append((turn_id, said))

    async def past_turn(self, incoming: Incoming, turn_id: int) -> PastTurn | None:
        found = next((turn for turn in self._of(incoming) if turn.id == turn_id), None)
        if found is None:
            return None
        offered = found.shown.offered_among(found.candidates)
        heard = tuple(found.feedback)
        return PastTurn(turn_id, found.candidates, found.target, heard, offered=offered)

    async def misses_in_a_row(self, incoming: Incoming) -> int:
        here = {turn.id for turn in self._of(incoming)}
        return count_misses(said for turn, said in reversed(self.clicks) if turn in here)

    async def read_turns(self, incoming: Incoming, limit: int) -> tuple[int, list[KeptTurn]]:
        kept = [
            KeptTurn(t.id, t.at, t.text, t.action, t.kind) for t in reversed(self._of(incoming))
        ]
        return len(kept), kept[:limit]

    async def most_answered(self, limit: int) -> list[str]:
        chats: dict[str, set[str | None]] = {}
        for turn in self.turns[-LATELY:]:
            target = turn.candidates[0] if turn.action == "answer" else None
            if target is not None and target.kind == "faq":
                chats.setdefault(target.id, set()).add(turn.chat)
        counted = sorted((-len(found - {None}), name) for name, found in chats.items())
        return [name for times, name in counted if -times >= MANY_CHATS][:limit]

    async def count_kept(self, incoming: Incoming) -> dict[str, int]:
        here = self._of(incoming)
        return {"turns": len(here), "feedback": sum(len(turn.feedback) for turn in here)}

    async def forget(self, incoming: Incoming) -> int:
        found = self._of(incoming)
        for turn in found:
            turn.chat, turn.text, turn.update_id = None, "", None
        return len(found)

    def _of(self, incoming: Incoming) -> list[Turn]:
        here = (incoming.channel, incoming.chat)
        return [turn for turn in self.turns if (turn.channel, turn.chat) == here]


class MemoryRecall:
    """A ``bot.conversation.ports.Recall`` over a journal in memory, which is always recent."""

    def __init__(self, journal: MemoryJournal) -> None:
        self.journal = journal

    async def last_message(self, incoming: Incoming) -> str:
        own = {incoming.update_id, None if incoming.update_id is None else ~incoming.update_id}
        _, kept = await self.journal.read_turns(incoming, len(self.journal.turns))
        numbers = {turn.id: turn.update_id for turn in self.journal.turns}
        others = (t for t in kept if numbers[t.id] is None or numbers[t.id] not in own)
        last = next(others, None)
        return last.text if last and last.kind == TEXT else ""
