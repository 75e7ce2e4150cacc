"""From out-of-fold rankings to the thresholds that a model promises to keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.serving.calibration import KINDS, Kinds
from classifier.training.calibrate import UNKNOWN_SHARE
from classifier.training.certify import Certificate, certify, conformal_threshold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from classifier.serving.calibration import Calibration
    from classifier.serving.triage import Policy
    from classifier.training.examples import Examples
    from classifier.training.rankings import OutOfFold


@dataclass(frozen=True, slots=True)
class Targets:
    """What is promised.

    Attributes:
        answer: largest share of wrong ones among direct answers.
        route: largest share of wrong ones among direct hand-overs.
        confidence: probability that each promise holds.
        suggested: share of in-scope messages whose suggestions hold the right target.
    """

    answer: float = 0.05
    route: float = 0.30
    confidence: float = 0.90
    suggested: float = 0.95


class Replies(NamedTuple):
    """Out-of-fold direct replies of one kind: their scores (N,) and whether they were right."""

    scores: NDArray[np.float64]
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Promise:
    """The certificates of a model, and how often its suggestions hold the right target.

    Attributes:
        answer, route: one certificate for each direct action.
        suggest_from: least probability of a suggestion.
        suggested: share of in-scope messages whose right target reaches it.
        replies: the out-of-fold replies that the certificates rest on, by kind of target.
    """

    answer: Certificate
    route: Certificate
    suggest_from: float
    suggested: float
    replies: Mapping[str, Replies]

    def apply_to(self, policy: Policy) -> Policy:
        """``policy`` with the certified thresholds."""
        return replace(
            policy,
            answer_from=self.answer.threshold,
            route_from=self.route.threshold,
            suggest_from=self.suggest_from,
        )


def promise(
    found: Examples, held_out: OutOfFold, calibration: Calibration, targets: Targets, seed: int = 0
) -> Promise:
    """Certify thresholds on out-of-fold rankings; the unknown are drawn at their usual share."""
    replies = direct_replies(found, held_out, calibration, seed)
    given = right_target_scores(found, held_out, calibration)
    least = conformal_threshold(given, targets.suggested)
    return Promise(
        answer=certify(*replies["faq"], targets.answer, targets.confidence),
        route=certify(*replies["desk"], targets.route, targets.confidence),
        suggest_from=least,
        suggested=float((given >= least).mean()) if len(given) else 0.0,
        replies=replies,
    )


def direct_replies(
    found: Examples, held_out: OutOfFold, calibration: Calibration, seed: int = 0
) -> dict[str, Replies]:
    """The best entry or desk of every message, by kind; messages for nobody count as wrong."""
    kinds = Kinds.of(found.targets)
    inside = np.array(kinds.numbers) != KINDS.index("outside")
    rows: dict[str, list[tuple[float, bool]]] = {"faq": [], "desk": []}
    for n in _draw_rows(held_out, seed).tolist():
        scores = np.where(inside, _scores(held_out, calibration, kinds, n), -1.0)
        best = int(scores.argmax())
        right = bool(held_out.known[n]) and best == found.labels[held_out.rows[n]]
        rows[found.targets[best].kind].append((float(scores[best]), right))
    return {
        kind: Replies(np.array([s for s, _ in pairs]), np.array([r for _, r in pairs], dtype=bool))
        for kind, pairs in rows.items()
    }


def right_target_scores(
    found: Examples, held_out: OutOfFold, calibration: Calibration
) -> NDArray[np.float64]:
    """(N,) the probability that each in-scope message's right target was given."""
    kinds = Kinds.of(found.targets)
    labels = found.labels[held_out.rows]
    inside = np.array(kinds.numbers)[labels] != KINDS.index("outside")
    chosen = np.flatnonzero(held_out.known & inside)
    given = [_scores(held_out, calibration, kinds, n)[labels[n]] for n in chosen.tolist()]
    return np.array(given)


def _scores(
    held_out: OutOfFold, calibration: Calibration, kinds: Kinds, n: int
) -> NDArray[np.float64]:
    return calibration.probabilities(held_out.rankings[n], kinds)


def _draw_rows(held_out: OutOfFold, seed: int) -> NDArray[np.intp]:
    known, unknown = np.flatnonzero(held_out.known), np.flatnonzero(~held_out.known)
    size = min(len(unknown), round(UNKNOWN_SHARE / (1 - UNKNOWN_SHARE) * len(known)))
    drawn = np.random.default_rng(seed).choice(unknown, size, replace=False) if size else unknown
    return np.sort(np.concatenate([known, drawn[:size]]))
