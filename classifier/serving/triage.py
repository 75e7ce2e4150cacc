"""Scores -> Decision: what each action is expected to cost, and which one is cheapest.

The thresholds live here and nowhere else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.decision import Candidate, Decision, Target
from classifier.serving.calibration import OUTSIDE, TINY, Kinds
from classifier.serving.two_questions import two_questions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from classifier.decision import Action, Kind
    from classifier.serving.calibration import Calibration
    from classifier.serving.ranker import Ranker, Ranking

MAX_SUGGESTIONS = 3
MAX_CANDIDATES = 10

GROUP_FROM = 0.9
"""Least confidence of a direct reply in front of a group: a wrong one is read by everybody, and
by people who did not ask."""

SEARCH_FROM = 0.01
"""Probability below which even the likeliest entry of a search is a guess out of nothing."""


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
        suggest_from: least probability of a suggestion.
    """

    wrong: float = 1.2
    missed: float = 1.0
    question: float = 0.6
    needless: float = 0.8
    answer_from: float = 0.0
    route_from: float = 0.0
    suggest_from: float = 0.0

    def direct_from(self, kind: Kind) -> float:
        """Least confidence of a direct reply with a target of ``kind``."""
        return self.route_from if kind == "desk" else self.answer_from

    def to_dict(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Policy:
        """The inverse of ``to_dict``."""
        return cls(**data)


def for_group(decision: Decision) -> Decision:
    """The decision as it is acted upon in a group: below ``GROUP_FROM``, a question back."""
    also = for_group(decision.also) if decision.also else None
    sure = decision.confidence >= GROUP_FROM or decision.action not in {"answer", "route"}
    suggested = tuple(found.target for found in decision.candidates[:MAX_SUGGESTIONS])
    if sure or not suggested:
        return replace(decision, also=also)
    return replace(decision, action="clarify", target=None, suggestions=suggested, also=also)


def likely_entries(decision: Decision) -> tuple[str, ...]:
    """The entries that a search may show, best first; none when the likeliest is a guess."""
    likeliest = max((candidate.score for candidate in decision.candidates), default=0.0)
    if likeliest < SEARCH_FROM:
        return ()
    return tuple(c.target.id for c in decision.candidates if c.target.kind == "faq")


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
        self._kinds = Kinds.of(self.targets)
        kinds = np.array(self._kinds.numbers)
        # Targets are sorted, so those of one kind stand together and a view is enough.
        self._inside, self._outside = _together(kinds != OUTSIDE), _together(kinds == OUTSIDE)
        self._named = self.targets[self._inside]

    def decide(self, text: str) -> Decision:
        """The cheapest allowed action for ``text``; a message without a word is declined.

        Where two questions are asked, it is on the first, and ``also`` is on the second.
        """
        whole = self.decide_whole(text)
        two = two_questions(text, whole, self.decide_whole)
        return replace(two[0].decision, also=two[1].decision) if two else whole

    def decide_whole(self, text: str) -> Decision:
        """The cheapest allowed action for ``text``, read as one question."""
        ranking = self.ranker.rank(text)
        if ranking is None:
            nothing = np.zeros(len(self.targets))
            return Decision("decline", None, (), self._best(nothing), 1.0, self.fingerprint)
        return self.choose(self.probabilities(ranking))

    def probabilities(self, ranking: Ranking) -> NDArray[np.float64]:
        """The (C,) calibrated probability of each target."""
        return self.calibration.probabilities(ranking, self._kinds)

    def choose(self, probabilities: NDArray[np.float64]) -> Decision:
        """The cheapest allowed action for (C,) calibrated probabilities."""
        candidates = self._best(probabilities)
        outside = probabilities[self._outside]
        _, action, confidence = min(self._price_actions(candidates, float(np.add.reduce(outside))))
        suggestions = self._choose_suggestions(candidates) if action == "clarify" else ()
        return Decision(
            action=action,
            target=self._target(action, candidates, outside),
            suggestions=tuple([candidate.target for candidate in suggestions]),
            candidates=candidates,
            confidence=min(confidence, 1.0),
            model=self.fingerprint,
        )

    def _choose_suggestions(self, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """The likely ones; where more than three are, the best two and the best desk."""
        likely = [c for c in candidates if c.score >= self.policy.suggest_from] or candidates[:1]
        if len(likely) <= MAX_SUGGESTIONS:
            return tuple(likely)
        desks = [c for c in candidates[MAX_SUGGESTIONS - 1 :] if c.target.kind == "desk"]
        return (*candidates[: MAX_SUGGESTIONS - 1], *(desks or candidates[2:])[:1])

    def costs(self, probabilities: NDArray[np.float64]) -> dict[Action, float]:
        """What each allowed action is expected to cost, the cheapest first."""
        outside = float(probabilities[self._outside].sum())
        priced = sorted(self._price_actions(self._best(probabilities), outside))
        return {action: cost for cost, action, _ in priced}

    def least_confidence(self, probabilities: NDArray[np.float64]) -> float | None:
        """Where the best entry or desk begins to be replied directly; None without any.

        As its confidence moves, the other probabilities keep their proportions: that is how
        calibration spreads them. So each cost is a straight line, and crosses once.
        """
        candidates = self._best(probabilities)
        if not candidates:
            return None
        policy, (best, *others) = self.policy, candidates
        # All costs below are for one unit of what the best leaves to the others.
        rest = max(1.0 - best.score, TINY)
        outside = float(probabilities[self._outside].sum()) / rest
        asked = sum(other.score for other in others[: MAX_SUGGESTIONS - 1]) / rest
        unhelped = max(0.0, 1.0 - asked - outside)
        ask = policy.question * asked + policy.missed * unhelped + policy.needless * outside
        return max(
            policy.direct_from(best.target.kind),
            _break_even(policy.wrong - ask, policy.question),
            _break_even(policy.wrong - policy.missed * (1.0 - outside), policy.missed),
            _break_even(others[0].score / rest if others else 0.0, 1.0),
        )

    def _best(self, probabilities: NDArray[np.float64]) -> tuple[Candidate, ...]:
        inside = probabilities[self._inside]
        order = inside.argsort()[: -MAX_CANDIDATES - 1 : -1]
        targets = map(self._named.__getitem__, order.tolist())
        return tuple(map(Candidate, targets, inside.take(order).tolist()))

    def _price_actions(
        self, candidates: tuple[Candidate, ...], outside: float
    ) -> list[tuple[float, Action, float]]:
        """Expected cost, action and confidence of all that is allowed."""
        policy = self.policy
        asked = sum([score for _, score in candidates[:MAX_SUGGESTIONS]])
        unhelped = max(0.0, 1.0 - asked - outside)
        ask = policy.question * asked + policy.missed * unhelped + policy.needless * outside
        costs: list[tuple[float, Action, float]] = [
            (policy.missed * (1.0 - outside), "decline", outside)
        ]
        if candidates:
            costs.append((ask, "clarify", asked))
            costs += self._direct(candidates[0])
        return costs

    def _direct(self, best: Candidate) -> list[tuple[float, Action, float]]:
        policy = self.policy
        action: Action = "route" if best.target.kind == "desk" else "answer"
        if best.score < policy.direct_from(best.target.kind):
            return []
        return [(policy.wrong * (1.0 - best.score), action, best.score)]

    def _target(
        self, action: Action, candidates: tuple[Candidate, ...], outside: NDArray[np.float64]
    ) -> Target | None:
        if action in {"answer", "route"}:
            return candidates[0].target
        if action == "decline" and len(outside):
            return self.targets[self._outside][int(outside.argmax())]
        return None


def _together(chosen: NDArray[np.bool_]) -> slice:
    rows = np.flatnonzero(chosen).tolist()
    return slice(rows[0], rows[-1] + 1) if rows else slice(0)


def _break_even(risk: float, gain: float) -> float:
    """The confidence c from which ``(1 - c) * risk <= c * gain``."""
    return risk / (risk + gain) if risk > 0 else 0.0
