"""What the classifier decides: the contract between triage and everything that uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kb.entries import KnowledgeBase

MAX_SUGGESTIONS = 3
"""Suggestions of one reply, at most: more are not compared at a glance."""

Kind = Literal["faq", "desk", "outside"]
Action = Literal["answer", "route", "clarify", "unanswered", "decline"]


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
        action: answer, route, clarify, unanswered or decline.
        target: the entry answered with, the desk routed to or the family declined as.
        suggestions: best first; 1 to 3 targets when asking (none only with a ``term``), 0 to 3
            desks that may help when nothing published answers.
        candidates: entries and desks, best first, whatever the action was.
        confidence: probability (0 to 1) that the action is right.
        model: fingerprint of the model that decided.
        also: the decision on a second question in the same message.
        beside: a desk just below the entry answered with, offered with it.
        term: short form of the term of the lexicon whose definition is shown; empty without one.
        deferred: what would have been said at once, were it not asked first; not in ``to_dict``,
            for what a model decides does not depend on what a service has learnt of it.
    """

    action: Action
    target: Target | None
    suggestions: tuple[Target, ...]
    candidates: tuple[Candidate, ...]
    confidence: float
    model: str
    also: Decision | None = None
    beside: Target | None = None
    term: str = ""
    deferred: Target | None = None

    @property
    def offered(self) -> tuple[Candidate, ...]:
        """The candidates, then whatever else is shown, at 0: a button is a number in this list."""
        named = {candidate.target for candidate in self.candidates}
        shown = dict.fromkeys((*self.suggestions, *((self.beside,) if self.beside else ())))
        return (*self.candidates, *(Candidate(t, 0.0) for t in shown if t not in named))

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
        if self.beside:
            data["beside"] = describe(self.beside, base)
        if self.term:
            data["term"] = self.term
        if self.also:
            data["also"] = self.also.to_dict(base)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Decision:
        """The inverse of ``to_dict``, to the four decimals that it keeps.

        Raises:
            KeyError, TypeError: ``data`` is not what ``to_dict`` gives.
        """
        also, beside = data.get("also"), data.get("beside")
        return cls(
            action=data["action"],
            target=_target(data),
            suggestions=tuple(_named(row) for row in data["suggestions"]),
            candidates=tuple(Candidate(_named(row), row["score"]) for row in data["candidates"]),
            confidence=data["confidence"],
            model=data["model"],
            also=cls.from_dict(also) if also else None,
            beside=_named(beside) if beside else None,
            term=data.get("term") or "",
        )


def describe(target: Target, base: KnowledgeBase) -> dict[str, Any]:
    """A target as JSON: ``{"desk"}`` or ``{"entry", "sources"}``."""
    if target.kind == "desk":
        return {"desk": target.id}
    return {"entry": target.id, "sources": list(base.entries[target.id].sources)}


def _named(data: Mapping[str, Any]) -> Target:
    """The inverse of ``describe``."""
    return Target("desk", data["desk"]) if data.get("desk") else Target("faq", data["entry"])


def _target(data: Mapping[str, Any]) -> Target | None:
    if data["family"]:
        return Target("outside", data["family"])
    return _named(data) if data["desk"] or data["entry"] else None
