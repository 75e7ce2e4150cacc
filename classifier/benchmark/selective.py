"""Figures for a classifier that may abstain: how much it gets right, and what it holds back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classifier.evaluation.risk_coverage import area_under_risk_coverage

if TYPE_CHECKING:
    from numpy.typing import NDArray

TINY = 1e-9
"""Slack in shares: 1/100 of 300 rows is three rows, whatever floating point makes of it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a classifier said to N messages.

    Attributes:
        confidence: (N,) how sure it is of its label; compared, never read as a probability.
        right: (N,) bool, whether the label is the message's own.
        inside: (N,) bool, False for a message out of scope (never ``right``).
    """

    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    inside: NDArray[np.bool_]

    def only_inside(self) -> Answers:
        """The messages in scope."""
        kept = self.inside
        return Answers(self.confidence[kept], self.right[kept], self.inside[kept])


def accuracy(answers: Answers, threshold: float = -np.inf) -> float:
    """Share of the messages in scope that get their own label, abstaining below ``threshold``."""
    kept = answers.right & (answers.confidence >= threshold)
    return float(kept.sum()) / max(int(answers.inside.sum()), 1)


def outside_recall(answers: Answers, threshold: float) -> float:
    """Share of the messages out of scope that ``threshold`` holds back; nan without any."""
    held_back = answers.confidence[~answers.inside] < threshold
    return float(held_back.mean()) if len(held_back) else float("nan")


def budget_threshold(answers: Answers, budget: float = 0.01) -> float:
    """The strictest threshold that costs at most ``budget`` of the accuracy in scope.

    Only right answers in scope cost: a wrong answer held back is no loss. Messages out of
    scope are not looked at.
    """
    right = np.sort(answers.confidence[answers.right])
    if not len(right):
        return float("-inf")
    spare = int(budget * answers.inside.sum() + TINY)
    return float(right[min(spare, len(right) - 1)])


def larson_threshold(answers: Answers, share: float | None = None) -> float:
    """The threshold with the most messages right, "out of scope" being one more label.

    The protocol of Larson et al. 2019 (https://aclanthology.org/D19-1131); of several equally
    good thresholds, the laxest. Infinite when it is best never to answer.

    Args:
        answers: some in scope and some out of scope.
        share: of messages out of scope, where it is not that of ``answers``.
    """
    weight = 1.0
    if share is not None:
        inside = float(answers.inside.mean())
        weight = share / (1 - share) * inside / max(1 - inside, TINY)
    order = np.argsort(answers.confidence, kind="stable")
    ranked = answers.confidence[order]
    gained = np.cumsum(~answers.inside[order] * weight)
    lost = np.cumsum(answers.right[order])
    # Holding back the first n: what they gain out of scope less what they lose in scope.
    worth = np.concatenate([[0], gained - lost])
    borders = np.concatenate([[True], ranked[1:] != ranked[:-1], [True]])
    best = int(np.where(borders, worth, worth.min() - 1).argmax())
    return float(ranked[best]) if best < len(ranked) else float("inf")


def auroc(answers: Answers) -> float:
    """Chance that a message in scope is surer than one out of scope, ties counting half.

    Nan when there is nothing to compare.
    """
    inside, outside = answers.confidence[answers.inside], answers.confidence[~answers.inside]
    if not len(inside) or not len(outside):
        return float("nan")
    ranked = np.sort(outside)
    below = np.searchsorted(ranked, inside, side="left")
    not_above = np.searchsorted(ranked, inside, side="right")
    return float((below + not_above).mean() / 2 / len(outside))


def aurc(answers: Answers) -> float:
    """Mean share of errors over all coverages, the surest answers first (0 best).

    An answer out of scope is an error. Nan without a message.
    """
    return area_under_risk_coverage(answers.confidence, answers.right)
