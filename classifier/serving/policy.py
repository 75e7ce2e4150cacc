"""What a mistake costs, what a direct reply must reach, and what each action is expected to cost.

The thresholds live here and nowhere else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from classifier.serving.calibration import TINY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.decision import Action, Kind

GROUP_FROM = 0.9
"""Least confidence of a direct reply in front of a group: a wrong one is read by everybody, and
by people who did not ask."""

SEARCH_FROM = 0.01
"""Probability below which even the likeliest entry of a search is a guess out of nothing."""

SEARCH_SHARE = 0.1
"""An entry is shown by a search when it is at least this much as likely as the likeliest: others
only fill the list."""

DESK_REACH = 0.85
"""Whose question is it when nothing of ours answers it? The share that the desks' probabilities
get together: in cross-validation the likeliest desk is right for 83 % of the questions whose entry
was held out, one of the likeliest two for 97 %."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a mistake costs, a right reply being free, and what a direct reply must reach.

    Attributes:
        wrong: a wrong direct answer, or "not for us" to a question of ours.
        wrong_desk: a hand-over to the wrong desk; a person there can still pass it on.
        missed: an in-scope message that got neither its answer, its desk nor its suggestion.
        question: asking somebody who could have been answered.
        needless: asking somebody who should have been declined.
        answer_from: least confidence of a direct answer.
        route_from: least confidence of a direct hand-over.
        decline_from: least confidence of a decline.
        suggest_from: least probability of a suggestion.
    """

    wrong: float = 2.0
    wrong_desk: float = 1.2
    missed: float = 1.0
    question: float = 0.4
    needless: float = 0.7
    answer_from: float = 0.0
    route_from: float = 0.0
    decline_from: float = 0.0
    suggest_from: float = 0.0

    def direct_from(self, kind: Kind) -> float:
        """Least confidence of a direct reply with a target of ``kind``."""
        return self.route_from if kind == "desk" else self.answer_from

    def wrong_with(self, kind: Kind) -> float:
        """The cost of a wrong direct reply with a target of ``kind``."""
        return self.wrong_desk if kind == "desk" else self.wrong

    def to_dict(self) -> dict[str, Any]:
        """The policy as JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Policy:
        """The inverse of ``to_dict``."""
        return cls(**data)


class Beliefs(NamedTuple):
    """All that the expected costs are made of: shares of one message's probability.

    Attributes:
        best: that the best entry or desk is right.
        inside: that any entry or desk is.
        outside: that the message is for nobody here.
        unknown: that it is ours, and nothing answers it.
        asked: that one of the suggestions is right.
        asked_desks: of the unknown, what belongs to the suggested desks.
        shown: that one of the desks shown under "unanswered" is right.
        best_desk: of the unknown, what belongs to the best target's own desk if it is one.
        beside: that the desk offered beside an answer is the right one; 0 when none is.
    """

    best: float
    inside: float
    outside: float
    unknown: float
    asked: float
    asked_desks: float
    shown: float
    best_desk: float
    beside: float = 0.0


def price(policy: Policy, believed: Beliefs, kind: Kind) -> dict[Action, float]:
    """The expected cost of each action, whether it is allowed or not.

    Args:
        policy: what a mistake costs.
        believed: what is believed of the message.
        kind: of the best entry or desk.
    """
    _, inside, outside, unknown, asked, asked_desks, shown, best_desk, beside = believed
    direct: Action = "route" if kind == "desk" else "answer"
    found = DESK_REACH * unknown * best_desk
    # Whoever sees the right desk below a wrong answer has but been asked.
    mended = (policy.wrong_with(kind) - policy.question) * beside
    helped = (policy.missed - policy.question) * DESK_REACH * asked_desks
    return {
        direct: policy.wrong_with(kind) * (1.0 - believed.best - found) - mended,
        "clarify": policy.question * asked
        + policy.missed * (inside - asked)
        + unknown * (policy.missed - helped)
        + policy.needless * outside,
        "unanswered": policy.question * shown
        + policy.missed * (inside - shown)
        + policy.needless * outside,
        "decline": policy.missed * inside + policy.wrong * unknown,
    }


def break_even(policy: Policy, believed: Beliefs, kind: Kind, *, is_shown: bool) -> float:
    """The confidence from which a direct reply with the best target is the cheapest allowed action.

    As its confidence moves, the other probabilities keep their proportions: that is how
    calibration spreads them. So each cost is a straight line, and crosses once.

    Args:
        policy: what a mistake costs.
        believed: what is believed of the message.
        kind: of the best entry or desk.
        is_shown: whether the best target is a desk that "unanswered" would show.
    """
    rest = max(1.0 - believed.best, TINY)
    # What the others cost for one unit of the rest, were the best one surely wrong.
    others = believed._replace(
        best=0.0,
        inside=max(0.0, believed.inside - believed.best) / rest,
        outside=believed.outside / rest,
        unknown=believed.unknown / rest,
        asked=max(0.0, believed.asked - believed.best) / rest,
        shown=max(0.0, believed.shown - believed.best * is_shown) / rest,
        beside=believed.beside / rest,
    )
    costs = price(policy, others, kind)
    risk = costs.pop("route" if kind == "desk" else "answer")
    # What the same actions cost where the best one is right.
    gains = {
        "clarify": policy.question,
        "unanswered": policy.question if is_shown else policy.missed,
        "decline": policy.missed,
    }
    crossings = {action: _crossing(risk - cost, gains[action]) for action, cost in costs.items()}
    outside = others.outside
    allowed = 1.0 - policy.decline_from / outside if outside > 0 else 0.0
    crossings["decline"] = min(crossings["decline"], max(0.0, allowed))
    return max(policy.direct_from(kind), *crossings.values())


def _crossing(risk: float, gain: float) -> float:
    """The confidence c from which ``(1 - c) * risk <= c * gain``."""
    return risk / (risk + gain) if risk > 0 else 0.0
