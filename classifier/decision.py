"""What the classifier decides: the contract between triage and everything that uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from kb.entries import KnowledgeBase

MAX_SUGGESTIONS = 3
"""As many as a person compares at a glance."""

Kind = Literal["faq", "desk", "outside"]
Action = Literal["answer", "route", "clarify", "decline"]


class Target(NamedTuple):
    """One thing a message can be sent to: an entry, a desk or an outside family."""

    kind: Kind
    id: str


class Candidate(NamedTuple):
    """A target and its calibrated probability (0 to 1)."""

    target: Target
    score: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with one message.

    Attributes:
        action: answer, route, clarify or decline.
        target: the entry answered with, the desk routed to or the family declined as.
        suggestions: 1 to 3 targets when asking, best first.
        candidates: entries and desks, best first, whatever the action was.
        confidence: probability (0 to 1) that the action is right.
        model: fingerprint of the model that decided.
        also: the decision on a second question in the same message.
    """

    action: Action
    target: Target | None
    suggestions: tuple[Target, ...]
    candidates: tuple[Candidate, ...]
    confidence: float
    model: str
    also: Decision | None = None

    def to_dict(self, base: KnowledgeBase) -> dict[str, Any]:
        """The JSON object of ``aiguilleur decide``, without its id."""
        target = self.target or Target("faq", "")
        entry = target.id if target.kind == "faq" and target.id else None
        data: dict[str, Any] = {
            "action": self.action,
            "entry": entry,
            "sources": list(base.entries[entry].sources) if entry else [],
            "desk": target.id if target.kind == "desk" else None,
            "family": target.id if target.kind == "outside" else None,
            "suggestions": [describe(found, base) for found in self.suggestions],
            "candidates": [
                {**describe(found, base), "score": round(score, 4)}
                for found, score in self.candidates
            ],
            "confidence": round(self.confidence, 4),
            "model": self.model,
        }
        if self.also:
            data["also"] = self.also.to_dict(base)
        return data


def describe(target: Target, base: KnowledgeBase) -> dict[str, Any]:
    """A target as JSON: ``{"desk"}`` or ``{"entry", "sources"}``."""
    if target.kind == "desk":
        return {"desk": target.id}
    return {"entry": target.id, "sources": list(base.entries[target.id].sources)}
