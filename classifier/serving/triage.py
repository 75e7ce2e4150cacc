"""Scores -> Decision: what each action is expected to cost, and which one is cheapest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.decision import MAX_SUGGESTIONS, Candidate, Decision, Target
from classifier.serving.calibration import OUTSIDE, TINY, Kinds, Reading
from classifier.serving.courtesy.aside import set_aside
from classifier.serving.definitions import Definitions
from classifier.serving.policy import (
    DESK_REACH,
    GROUP_FROM,
    SEARCH_FROM,
    SEARCH_SHARE,
    Beliefs,
    break_even,
    price,
)
from classifier.serving.two_questions import two_questions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray

    from classifier.decision import Action
    from classifier.serving.calibration import Calibration
    from classifier.serving.desks import Desks
    from classifier.serving.policy import Policy
    from classifier.serving.ranker import Ranker, Ranking
    from kb.entries import Term

MAX_CANDIDATES = 10

MAX_SHOWN = 2
"""Desks shown to whoever asks what nothing answers; more would be no advice."""

LEAST_SHOWN = 0.15
"""Least share of the unknown that a desk must have to be shown under "unanswered"."""


class Weighed(NamedTuple):
    """One message, weighed: what could be said, and what is believed.

    Attributes:
        candidates: entries and desks, best first.
        suggestions: what would be asked.
        shown: the desks that would be shown under "unanswered".
        outside: (F,) the probability of each outside family.
        believed: what the costs are made of.
    """

    candidates: tuple[Candidate, ...]
    suggestions: tuple[Target, ...]
    shown: tuple[Target, ...]
    outside: NDArray[np.float64]
    believed: Beliefs


def for_group(decision: Decision) -> Decision:
    """The decision as it is acted upon in a group: below ``GROUP_FROM``, a question back."""
    also = for_group(decision.also) if decision.also else None
    sure = decision.confidence >= GROUP_FROM or decision.action not in {"answer", "route"}
    suggested = tuple(found.target for found in decision.candidates[:MAX_SUGGESTIONS])
    if sure or not suggested:
        return replace(decision, also=also)
    return replace(
        decision, action="clarify", target=None, suggestions=suggested, also=also, beside=None
    )


def likely_entries(decision: Decision) -> tuple[str, ...]:
    """The entries that a search may show, best first.

    There are none when the likeliest is a guess, or when it is sure that nothing answers; nor is
    one shown that is much less likely than the likeliest.
    """
    likeliest = max((candidate.score for candidate in decision.candidates), default=0.0)
    if likeliest < SEARCH_FROM or decision.action == "unanswered":
        return ()
    least = SEARCH_SHARE * likeliest
    return tuple(
        c.target.id for c in decision.candidates if c.target.kind == "faq" and c.score >= least
    )


class Triage:
    """Decides what to do with a message. Holds a ranker, so one thread at a time.

    Args:
        ranker: scores a message against every target.
        calibration: turns scores into probabilities.
        policy: what mistakes cost, and what a direct reply must reach.
        fingerprint: of the model.
        desks: which desk takes over after which target; without it, entries have none.
        courtesy: outside families such as a greeting, which are the answer only when nothing
            else is in the message.
        lexicon: the terms whose meaning may be asked.
    """

    def __init__(
        self,
        ranker: Ranker,
        calibration: Calibration,
        policy: Policy,
        fingerprint: str,
        desks: Desks | None = None,
        *,
        courtesy: Collection[str] = (),
        lexicon: Iterable[Term] = (),
    ) -> None:
        self.ranker = ranker
        self.calibration = calibration
        self.policy = policy
        self.fingerprint = fingerprint
        self.targets = ranker.model.targets
        self.definitions = Definitions(lexicon, self.targets)
        self.kinds = Kinds.of(self.targets, desks)
        kinds = np.array(self.kinds.numbers)
        # Targets are sorted, so those of one kind stand together and a view is enough.
        self._inside, self._outside = _together(kinds != OUTSIDE), _together(kinds == OUTSIDE)
        self._named = self.targets[self._inside]
        first = self._inside.start or 0
        self._desk_columns = np.array(self.kinds.desks.columns, dtype=np.intp) - first
        self._nobody = np.zeros(len(self._desk_columns))
        courteous = [t.kind == "outside" and t.id in courtesy for t in self.targets]
        self._courtesy = np.flatnonzero(courteous)

    def decide(self, text: str) -> Decision:
        """The cheapest allowed action for ``text``; a message without a word is declined.

        Courtesy is set aside first; see ``classifier.serving.courtesy``. Where two questions
        are asked, it is on the first, and ``also`` is on the second.
        """
        message = set_aside(text)
        whole = self.decide_whole(message.kept, asks=message.asks)
        two = two_questions(message.kept, whole, self.decide_whole)
        if two:
            return replace(two[0].decision, also=two[1].decision)
        return self.definitions.define(message.kept, whole)

    def rank(self, text: str, *, asks: bool = True) -> Ranking | None:
        """Score ``text``, without its courtesy; None when it holds no word at all.

        Args:
            text: a message.
            asks: whether it holds more than courtesy: then no family of courtesy competes.
        """
        return self.ranker.rank(text, self._courtesy if asks else None)

    def decide_whole(self, text: str, *, asks: bool = True) -> Decision:
        """The cheapest allowed action for ``text``, read as one question without courtesy."""
        ranking = self.rank(text, asks=asks)
        if ranking is None:
            nothing = np.zeros(len(self._named))
            return Decision("decline", None, (), self._best(nothing), 1.0, self.fingerprint)
        return self.choose(*self.read(ranking, asks=asks))

    def read(self, ranking: Ranking, *, asks: bool = True) -> Reading:
        """The probabilities of a message that ``rank`` has ranked."""
        reading = self.calibration.read(ranking, self.kinds)
        if asks:
            reading.probabilities[self._courtesy] = 0.0
        return reading

    def choose(
        self, probabilities: NDArray[np.float64], desks: NDArray[np.float64] | None = None
    ) -> Decision:
        """The cheapest allowed action.

        Args:
            probabilities: (C,) that each target is right.
            desks: (D,) the share of each desk, should nothing answer; see ``Reading``.
        """
        weighed = self._weigh(probabilities, desks)
        costs = self._allowed(weighed)
        action = min(costs, key=lambda name: (costs[name], name))
        return Decision(
            action=action,
            target=self._target(action, weighed),
            suggestions=self._suggestions(action, weighed),
            candidates=weighed.candidates,
            confidence=min(_confidence(action, weighed.believed), 1.0),
            model=self.fingerprint,
        )

    def costs(
        self, probabilities: NDArray[np.float64], desks: NDArray[np.float64] | None = None
    ) -> dict[Action, float]:
        """The expected cost of each allowed action, the cheapest first; ``choose`` takes that."""
        costs = self._allowed(self._weigh(probabilities, desks))
        return dict(sorted(costs.items(), key=lambda pair: (pair[1], pair[0])))

    def least_confidence(
        self, probabilities: NDArray[np.float64], desks: NDArray[np.float64] | None = None
    ) -> float | None:
        """Where the best entry or desk begins to be replied directly; None without any."""
        candidates, suggestions, shown, _, believed = self._weigh(probabilities, desks)
        if not candidates:
            return None
        best, *others = candidates
        if best.target not in suggestions:
            believed = believed._replace(asked=believed.asked + best.score)
        rest = max(1.0 - best.score, TINY)
        return max(
            break_even(self.policy, believed, best.target.kind, is_shown=best.target in shown),
            # The second must not overtake it: it holds its share of the rest.
            (share := others[0].score / rest if others else 0.0) / (share + 1.0),
        )

    def _weigh(
        self, probabilities: NDArray[np.float64], desks: NDArray[np.float64] | None
    ) -> Weighed:
        inside, outside = probabilities[self._inside], probabilities[self._outside]
        shares = self._nobody if desks is None else desks
        ours, theirs = float(np.add.reduce(inside)), float(np.add.reduce(outside))
        unknown = max(0.0, 1.0 - ours - theirs)
        reach = inside.copy()
        reach[self._desk_columns] += DESK_REACH * unknown * shares
        candidates = self._best(inside)
        asked = self._likeliest(reach)
        shown = self._shown_desks(shares)
        of = self._desk_columns.tolist()
        first = int(inside.argmax()) if len(inside) else -1
        return Weighed(
            candidates,
            tuple([self._named[n] for n in asked]),
            tuple([self._named[of[n]] for n in shown]),
            outside,
            Beliefs(
                best=candidates[0].score if candidates else 0.0,
                inside=ours,
                outside=theirs,
                unknown=unknown,
                asked=sum([float(inside[n]) for n in asked]),
                asked_desks=sum([float(shares[of.index(n)]) for n in asked if n in of]),
                shown=sum([float(inside[of[n]]) for n in shown]),
                best_desk=float(shares[of.index(first)]) if first in of else 0.0,
            ),
        )

    def _likeliest(self, reach: NDArray[np.float64]) -> list[int]:
        """The columns to suggest: at most three, and the first even when it is unlikely."""
        order = reach.argsort()[: -MAX_SUGGESTIONS - 1 : -1].tolist()
        return [n for n in order if reach[n] >= self.policy.suggest_from] or order[:1]

    def _shown_desks(self, shares: NDArray[np.float64]) -> list[int]:
        order = shares.argsort()[: -MAX_SHOWN - 1 : -1].tolist()
        return [n for n in order if shares[n] >= LEAST_SHOWN]

    def _best(self, inside: NDArray[np.float64]) -> tuple[Candidate, ...]:
        order = inside.argsort()[: -MAX_CANDIDATES - 1 : -1]
        targets = map(self._named.__getitem__, order.tolist())
        return tuple(map(Candidate, targets, inside.take(order).tolist()))

    def _allowed(self, weighed: Weighed) -> dict[Action, float]:
        """The expected cost of all that is allowed."""
        policy, believed = self.policy, weighed.believed
        if not weighed.candidates:
            return {"decline": 0.0}
        kind = weighed.candidates[0].target.kind
        costs = price(policy, believed, kind)
        if believed.best < policy.direct_from(kind):
            costs.pop("route" if kind == "desk" else "answer")
        if believed.outside < policy.decline_from:
            costs.pop("decline")
        return costs

    def _suggestions(self, action: Action, weighed: Weighed) -> tuple[Target, ...]:
        if action == "clarify":
            return weighed.suggestions
        return weighed.shown if action == "unanswered" else ()

    def _target(self, action: Action, weighed: Weighed) -> Target | None:
        if action in {"answer", "route"}:
            return weighed.candidates[0].target
        if action == "decline" and weighed.outside.any():
            return self.targets[self._outside][int(weighed.outside.argmax())]
        return None


def _confidence(action: Action, believed: Beliefs) -> float:
    """The probability that the action is what the person needs."""
    shares = {
        "clarify": believed.asked,
        "unanswered": believed.unknown,
        "decline": believed.outside,
    }
    return shares.get(action, believed.best)


def _together(chosen: NDArray[np.bool_]) -> slice:
    rows = np.flatnonzero(chosen).tolist()
    return slice(rows[0], rows[-1] + 1) if rows else slice(0)
