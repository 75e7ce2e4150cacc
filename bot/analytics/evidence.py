"""Evidence on an error rate that may be looked at after every label, as often as one likes.

A bet is made against the claim, with made-up money: each label multiplies it by how much better
another error rate would have foretold that label. If the claim is true, the money is ever above
``1 / delta`` with a chance of at most ``delta``, however often one looks (Ville 1939; the form
with several rates mixed is that of Waudby-Smith and Ramdas 2024).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WORSE = (1.5, 2.0, 3.0, 5.0)
"""The rates that are bet on against "at most the target", in targets."""

BETTER = (1 / 1.5, 1 / 2, 1 / 3, 1 / 5)
"""The rates that are bet on against "at least the target"."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What labels say against a claim.

    Attributes:
        value: the money now; 1 with no label.
        highest: the most that it ever was.
        number: of labels.
        wrong: how many of them were wrong.
        curve: the money after each label, oldest first.
    """

    value: float
    highest: float
    number: int
    wrong: int
    curve: tuple[float, ...]

    def refutes(self, delta: float) -> bool:
        """Whether the claim is refuted, with a chance of error of at most ``delta``."""
        return self.highest >= 1 / delta

    def refutes_now(self, delta: float) -> bool:
        """The same of the last look alone: later labels can take it back."""
        return self.value >= 1 / delta


def weigh(labels: Iterable[bool], target: float, rates: Iterable[float]) -> Evidence:
    """The evidence of labels, oldest first, against a claim on the error rate.

    Args:
        labels: whether each was wrong.
        target: the rate that is claimed, in (0, 1).
        rates: those that are bet on, in targets: ``WORSE`` against "at most the target",
            ``BETTER`` against "at least the target". Rates of 1 and more are left out.

    Raises:
        ValueError: the target is not in (0, 1), or no rate is left.
    """
    if not 0 < target < 1:
        raise ValueError(f"a target error rate lies between 0 and 1, not at {target}")
    bets = [rate * target for rate in rates if rate * target < 1]
    if not bets:
        raise ValueError(f"no rate can be bet on against a target of {target}")
    ups = [math.log(bet / target) for bet in bets]
    downs = [math.log((1 - bet) / (1 - target)) for bet in bets]
    logs, curve, wrong = [0.0] * len(bets), [], 0
    for is_wrong in labels:
        wrong += is_wrong
        logs = [log + step for log, step in zip(logs, ups if is_wrong else downs, strict=True)]
        curve.append(sum(math.exp(min(log, 700.0)) for log in logs) / len(logs))
    value = curve[-1] if curve else 1.0
    return Evidence(value, max(curve, default=1.0), len(curve), wrong, tuple(curve))
