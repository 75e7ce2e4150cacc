"""Counts the turns of whoever answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation.choices import parse

if TYPE_CHECKING:
    from bot.conversation.messages import Incoming, Outcome
    from bot.conversation.ports import Decider, Journal, Responder
    from bot.conversation.turns import Prepared
    from bot.ops.metrics import Metrics
    from kb.entries import KnowledgeBase


@dataclass(frozen=True)
class CountingResponder:
    """A ``Responder`` whose turns are counted, each one once it is recorded.

    Attributes:
        responder: who answers.
        metrics: where it is counted.
    """

    responder: Responder
    metrics: Metrics

    @property
    def brain(self) -> Decider:
        """The decider of the responder."""
        return self.responder.brain

    @property
    def base(self) -> KnowledgeBase:
        """The texts that it answers with."""
        return self.responder.base

    async def prepare(self, incoming: Incoming) -> Prepared:
        """As the responder does."""
        return await self.responder.prepare(incoming)

    async def respond(self, prepared: Prepared, journal: Journal) -> Outcome:
        """As the responder does."""
        return await self.responder.respond(prepared, journal)

    def note_recorded(self, prepared: Prepared) -> None:
        """Count a turn, or what was pressed below a reply; commands are neither."""
        self.responder.note_recorded(prepared)
        if (pressed := parse(prepared.incoming.choice)) is not None:
            self.metrics.feedback.labels(pressed.kind).inc()
        if prepared.decision is not None:
            channel, action = prepared.incoming.channel, prepared.decision.action
            self.metrics.turns.labels(channel, action).inc()
            if action == "decline":
                family = prepared.decision.target.id if prepared.decision.target else "none"
                self.metrics.declined.labels(family).inc()
            self.metrics.decision_seconds.observe(prepared.latency_ms / 1000)
