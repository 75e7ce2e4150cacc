"""A brain whose thinking is scripted, on the knowledge base of the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from classifier.serving.explain import explain

if TYPE_CHECKING:
    from classifier.decision import Decision
    from classifier.serving.explain import Explanation
    from classifier.serving.triage import Triage
    from kb.entries import KnowledgeBase


class Script(Protocol):
    """What decides: a script, or a real triage."""

    def decide(self, text: str) -> Decision:
        """What to do with a message."""
        ...


@dataclass(frozen=True)
class PlainBrain:
    """A ``Decider`` that thinks where it is called; a real triage can also explain."""

    base: KnowledgeBase
    decider: Script
    hidden_entries: frozenset[str] = frozenset()

    async def decide(self, text: str) -> Decision:
        return self.decider.decide(text)

    async def explain(self, text: str) -> Explanation:
        triage: Triage = self.decider  # type: ignore[assignment]
        return explain(triage, text)
