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

    wrong: float = 2.0
    missed: float = 1.0
    question: float = 0.4
    needless: float = 0.7
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
        self.kinds = kind_numbers(self.targets)
        self._outside = self.kinds == KINDS.index("outside")

    def decide(self, text: str) -> Decision:
        """The cheapest allowed action for ``text``; a message without a word is declined."""
        ranking = self.ranker.rank(text)
        if ranking is None:
            return Decision("decline", None, (), self._unranked(), 1.0, self.fingerprint)
        probabilities, _ = self.calibration.probabilities(ranking, self.kinds)
        return self.choose(probabilities)

    def choose(self, probabilities: NDArray[np.float64]) -> Decision:
        """The cheapest allowed action for (C,) calibrated probabilities."""
        order = np.argsort(-np.where(self._outside, -1.0, probabilities), kind="stable")
        inside = order[: len(order) - int(self._outside.sum())][:MAX_CANDIDATES]
        candidates = tuple(
            Candidate(self.targets[n], float(probabilities[n])) for n in inside.tolist()
        )
        outside = float(probabilities[self._outside].sum())
        action, confidence = self._cheapest(candidates, outside)
        suggestions = candidates[:MAX_SUGGESTIONS] if action == "clarify" else ()
        return Decision(
            action=action,
            target=self._target(action, candidates, probabilities),
            suggestions=tuple(candidate.target for candidate in suggestions),
            candidates=candidates,
            confidence=min(confidence, 1.0),
            model=self.fingerprint,
        )

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
        self,
        action: Action,
        candidates: tuple[Candidate, ...],
        probabilities: NDArray[np.float64],
    ) -> Target | None:
        if action in {"answer", "route"}:
            return candidates[0].target
        if action == "decline" and self._outside.any():
            return self.targets[int(np.where(self._outside, probabilities, -1.0).argmax())]
        return None

    def _unranked(self) -> tuple[Candidate, ...]:
        inside = np.flatnonzero(~self._outside)[:MAX_CANDIDATES]
        return tuple(Candidate(self.targets[n], 0.0) for n in inside.tolist())
