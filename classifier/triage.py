"""Scores -> Decision: what each action is expected to cost, and which one is cheapest.

The thresholds live here and nowhere else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.calibration import KINDS, kind_numbers
from classifier.decision import Candidate, Decision, Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from classifier.calibration import Calibration
    from classifier.decision import Action
    from classifier.ranker import Ranker

MAX_SUGGESTIONS = 3
MAX_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Policy:
    """What a mistake costs, a right reply being free, and what a direct reply must reach.

    Attributes:
        wrong: a wrong direct reply.
        missed: an in-scope message that got neither its answer, its desk nor its suggestion.
        question: asking somebody who could have been answered.
        needless: asking somebody who should have been declined.
        answer_from: least confidence of a direct answer.
        route_from: least confidence of a direct hand-over.
    """

    wrong: float = 1.2
    missed: float = 1.0
    question: float = 0.6
    needless: float = 0.8
    answer_from: float = 0.0
    route_from: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Policy:
        """The inverse of ``to_dict``."""
        return cls(**data)


class Triage:
    """Decides what to do with a message. Holds a ranker, so one thread at a time."""

    def __init__(
        self, ranker: Ranker, calibration: Calibration, policy: Policy, fingerprint: str
    ) -> None:
        self.ranker = ranker
        self.calibration = calibration
        self.policy = policy
        self.fingerprint = fingerprint
        self.targets = ranker.model.targets
        kinds = kind_numbers(self.targets)
        self._kinds: list[int] = kinds.tolist()
        self._inside = np.flatnonzero(kinds != KINDS.index("outside"))
        self._outside = np.flatnonzero(kinds == KINDS.index("outside"))

    def decide(self, text: str) -> Decision:
        """The cheapest allowed action for ``text``; a message without a word is declined."""
        ranking = self.ranker.rank(text)
        if ranking is None:
            nothing = np.zeros(len(self.targets))
            return Decision("decline", None, (), self._best(nothing), 1.0, self.fingerprint)
        return self.choose(self.calibration.probabilities(ranking, self._kinds))

    def choose(self, probabilities: NDArray[np.float64]) -> Decision:
        """The cheapest allowed action for (C,) calibrated probabilities."""
        candidates = self._best(probabilities)
        outside = probabilities[self._outside]
        action, confidence = self._cheapest(candidates, float(outside.sum()))
        suggestions = candidates[:MAX_SUGGESTIONS] if action == "clarify" else ()
        return Decision(
            action=action,
            target=self._target(action, candidates, outside),
            suggestions=tuple([candidate.target for candidate in suggestions]),
            candidates=candidates,
            confidence=min(confidence, 1.0),
            model=self.fingerprint,
        )

    def _best(self, probabilities: NDArray[np.float64]) -> tuple[Candidate, ...]:
        inside = probabilities[self._inside]
        order = np.argsort(-inside, kind="stable")[:MAX_CANDIDATES]
        rows = self._inside[order].tolist()
        pairs = zip(rows, inside[order].tolist(), strict=True)
        return tuple([Candidate(self.targets[row], score) for row, score in pairs])

    def _cheapest(self, candidates: tuple[Candidate, ...], outside: float) -> tuple[Action, float]:
        policy = self.policy
        asked = sum(candidate.score for candidate in candidates[:MAX_SUGGESTIONS])
        unhelped = max(0.0, 1.0 - asked - outside)
        ask = policy.question * asked + policy.missed * unhelped + policy.needless * outside
        costs: list[tuple[float, Action, float]] = [
            (policy.missed * (1.0 - outside), "decline", outside)
        ]
        if candidates:
            costs.append((ask, "clarify", asked))
            costs += self._direct(candidates[0])
        _, action, confidence = min(costs)
        return action, confidence

    def _direct(self, best: Candidate) -> list[tuple[float, Action, float]]:
        policy = self.policy
        action: Action = "route" if best.target.kind == "desk" else "answer"
        least = policy.route_from if action == "route" else policy.answer_from
        if best.score < least:
            return []
        return [(policy.wrong * (1.0 - best.score), action, best.score)]

    def _target(
        self, action: Action, candidates: tuple[Candidate, ...], outside: NDArray[np.float64]
    ) -> Target | None:
        if action in {"answer", "route"}:
            return candidates[0].target
        if action == "decline" and len(outside):
            best: int = self._outside[int(outside.argmax())]
            return self.targets[best]
        return None
