"""Makes the thresholds that a model promises to keep from out-of-fold rankings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.serving.calibration import KINDS
from classifier.training.certify import (
    Certificate,
    Replies,
    broken_promises,
    certify,
    conformal_threshold,
    risk_coverage,
)
from classifier.training.traffic import OUTSIDE, Rows, Traffic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from classifier.decision import Action
    from classifier.serving.policy import Policy
    from classifier.serving.triage import Triage
    from classifier.training.examples import Examples
    from classifier.training.rankings import OutOfFold

TABLE: Mapping[str, tuple[float, ...]] = {
    "answer": (0.05, 0.10, 0.12, 0.15, 0.20),
    "route": (0.20, 0.30, 0.40),
    "decline": (0.05, 0.10, 0.20),
}
"""Targets at which a training prints what could be promised, by action."""

TABLE_SHARES = (0.03, 0.1, 0.3, 0.5)
"""Shares of unknown questions for which it does so."""


@dataclass(frozen=True, slots=True)
class Targets:
    """What is promised.

    The shares were chosen once, on out-of-fold rows at an unknown share of .3: laxer answers (.12)
    are worth one point more, and answer twice as many questions that nothing answers.

    Attributes:
        answer: largest share of wrong ones among direct answers.
        route: largest share of wrong ones among direct hand-overs; an unknown question at the
            desk of its own entry is right.
        decline: largest share of messages of ours among those that are declined.
        confidence: probability that each promise holds.
        suggested: share of in-scope messages whose suggestions hold the right target.
        traffic: the mix of messages for which all this holds.
    """

    answer: float = 0.075
    route: float = 0.40
    decline: float = 0.20
    confidence: float = 0.90
    suggested: float = 0.95
    traffic: Traffic = field(default_factory=Traffic)

    @classmethod
    def from_shares(cls, shares: Mapping[str, float]) -> Targets:
        """The targets named in ``shares``, where unknown and outside are those of the traffic."""
        rest = {name: share for name, share in shares.items() if name not in MIX}
        mix = {name: shares[name] for name in MIX if name in shares}
        return cls(**rest, traffic=Traffic(**mix))


MIX = ("unknown", "outside")
"""Names of the shares that make a traffic."""


@dataclass(frozen=True, slots=True)
class Promise:
    """The certificates of a model, and how often its suggestions hold the right target.

    Attributes:
        certificates: one for each direct action: answer, route and decline.
        suggest_from: least probability of a suggestion.
        suggested: share of in-scope messages whose right target reaches it.
        replies: the out-of-fold replies that the certificates rest on, by action.
    """

    certificates: Mapping[str, Certificate]
    suggest_from: float
    suggested: float
    replies: Mapping[str, Replies]

    def apply_to(self, policy: Policy) -> Policy:
        """``policy`` with the certified thresholds."""
        return replace(
            policy,
            answer_from=self.certificates["answer"].threshold,
            route_from=self.certificates["route"].threshold,
            decline_from=self.certificates["decline"].threshold,
            suggest_from=self.suggest_from,
        )

    def figures(self) -> dict[str, Any]:
        """The promise and how well it is kept out of fold, as JSON types."""
        data: dict[str, Any] = {"suggest_from": self.suggest_from, "suggested": self.suggested}
        for action, held in self.certificates.items():
            replies = self.replies[action]
            broken, naive, cuts = broken_promises(replies, held.target, held.confidence)
            data[action] = {
                **held.to_dict(),
                "broken_of_cuts": {"certified": broken, "naive": naive, "cuts": cuts},
                "risk_coverage": risk_coverage(replies),
            }
        return data


@dataclass(frozen=True, slots=True)
class Evidence:
    """What out-of-fold rankings with a whole manner left out say of the first targets.

    Attributes:
        rows: what is right for each of M messages.
        best: (M,) the best entry or desk.
        score: (M,) its probability.
        outside: (M,) the probability that the message is for nobody here.
        given: (M,) the probability of the right target.
        owners: C indexes of desks, as ``Desks.owners``.
        targets: (C,) index into ``KINDS`` of every target.
        declining: (M,) bool, whether "not for us" is the cheapest of the replies that need no
            proof; no threshold makes another message be declined.
    """

    rows: Rows
    best: NDArray[np.intp]
    score: NDArray[np.float64]
    outside: NDArray[np.float64]
    given: NDArray[np.float64]
    owners: NDArray[np.intp]
    targets: NDArray[np.intp]
    declining: NDArray[np.bool_]

    @classmethod
    def of(cls, found: Examples, held_out: OutOfFold, triage: Triage) -> Evidence:
        """The evidence of ``held_out``, read and priced by ``triage``, whose thresholds are 0."""
        desks = triage.kinds.desks
        rows, targets = Rows.of(found, held_out, desks), np.array(triage.kinds.numbers)
        inside = targets != OUTSIDE
        readings = [triage.calibration.read(r, triage.kinds) for r in held_out.rankings]
        read = np.array([reading.probabilities for reading in readings])
        ours = np.where(inside, read, -1.0)
        best, everyone = ours.argmax(axis=1), np.arange(len(read))
        return cls(
            rows=rows,
            best=best,
            score=ours[everyone, best],
            outside=read[:, ~inside].sum(axis=1),
            given=read[everyone, rows.labels],
            owners=np.array(desks.owners),
            targets=targets,
            declining=np.array([_is_declined(triage.costs(*reading)) for reading in readings]),
        )

    def replies(self, traffic: Traffic) -> dict[str, Replies]:
        """The direct replies that there would be, by action, weighed for ``traffic``."""
        rows = self.rows
        weights, kind = rows.weights(traffic), self.targets[self.best]
        right = rows.known & (self.best == rows.labels)
        own_desk = ~rows.known & (rows.owners >= 0) & (self.owners[self.best] == rows.owners)
        said: dict[str, tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]] = {
            "answer": (self.score, right, kind == KINDS.index("faq")),
            "route": (self.score, right | own_desk, kind == KINDS.index("desk")),
            "decline": (self.outside, rows.kinds == OUTSIDE, self.declining),
        }
        return {
            action: Replies(scores, hits, weights, rows.draws, rows.manners).among(chosen)
            for action, (scores, hits, chosen) in said.items()
        }


def _is_declined(costs: Mapping[Action, float]) -> bool:
    """Whether declining is the cheapest of the replies of ``costs`` that are not direct ones."""
    return min(costs.keys() - {"answer", "route"}, key=lambda name: costs[name]) == "decline"


def promise(evidence: Evidence, targets: Targets) -> Promise:
    """Certify the thresholds of ``targets`` on out-of-fold rankings."""
    replies = evidence.replies(targets.traffic)
    asked = {"answer": targets.answer, "route": targets.route, "decline": targets.decline}
    inside = evidence.rows.known & (evidence.rows.kinds != OUTSIDE)
    given = evidence.given[inside]
    least = conformal_threshold(given, targets.suggested)
    return Promise(
        certificates={
            action: certify(replies[action], share, targets.confidence)
            for action, share in asked.items()
        },
        suggest_from=least,
        suggested=float((given >= least).mean()) if len(given) else 0.0,
        replies=replies,
    )


def promise_table(evidence: Evidence, targets: Targets) -> list[dict[str, Any]]:
    """Other promises that could be kept: one row an action, target and share of the unknown."""
    return [
        {"action": action, "unknown": unknown, **_row(replies[action], share, targets.confidence)}
        for unknown in TABLE_SHARES
        for replies in (evidence.replies(replace(targets.traffic, unknown=unknown)),)
        for action, shares in TABLE.items()
        for share in shares
    ]


def _row(replies: Replies, share: float, confidence: float) -> dict[str, Any]:
    held = certify(replies, share, confidence)
    return {
        "target": share,
        "certified": held.certified,
        "threshold": held.threshold,
        "wrong": held.risk,
        "coverage": held.coverage,
    }
