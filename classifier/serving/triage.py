"""Scores -> Decision: what each action is expected to cost, and which one is cheapest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from classifier.decision import MAX_SUGGESTIONS, Decision, Target
from classifier.serving.bare import DIRECT, MOST_WORDS, BareWords, read_request
from classifier.serving.calibration import TINY, Kinds, Reading
from classifier.serving.definitions import Definitions
from classifier.serving.plaints import Plaints
from classifier.serving.policy import GROUP_FROM, SEARCH_FROM, SEARCH_SHARE, break_even, price
from classifier.serving.two_questions import two_questions
from classifier.serving.weighing import Scales

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray

    from classifier.decision import Action
    from classifier.serving.calibration import Calibration
    from classifier.serving.desks import Desks
    from classifier.serving.policy import Beliefs, Policy
    from classifier.serving.ranker import Ranker, Ranking
    from classifier.serving.weighing import Weighed
    from kb.entries import Term


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
        self._scales = Scales(self.targets, self.kinds)
        self._plaints = Plaints(self.targets)
        self._bare = BareWords(self.targets)
        courteous = [t.kind == "outside" and t.id in courtesy for t in self.targets]
        self._courtesy = np.flatnonzero(courteous)

    def decide(self, text: str) -> Decision:
        """The cheapest allowed action for ``text``; a message without a word is declined.

        Courtesy is set aside first; see ``classifier.serving.courtesy``. Where two questions
        are asked, it is on the first, and ``also`` is on the second.
        """
        message = read_request(text)
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
            nothing = np.zeros(len(self._scales.named))
            return Decision("decline", None, (), self._scales.best(nothing), 1.0, self.fingerprint)
        reading = self.read(ranking, asks=asks)
        decision = self.choose(*reading)
        barred = self.barred(text, ranking, decision) if asks else frozenset()
        return self.choose(*reading, barred=barred) if decision.action in barred else decision

    def barred(self, text: str, ranking: Ranking, decision: Decision) -> frozenset[Action]:
        """What is not done with a message, however sure it seems; looked at where it matters.

        Args:
            text: a message, without its courtesy.
            ranking: of it.
            decision: what its probabilities alone would have done with it.
        """
        may_be_bare = decision.action in DIRECT and ranking.words <= MOST_WORDS
        if not may_be_bare and decision.action != "decline":
            return frozenset()
        words = self.ranker.read(text)
        barred = self._bare.barred(text, words, decision)
        if decision.action == "decline" and self._plaints.holds(text, words):
            return barred | {"decline"}
        return barred

    def read(self, ranking: Ranking, *, asks: bool = True) -> Reading:
        """The probabilities of a message that ``rank`` has ranked.

        Nothing but a family of courtesy is right for a message that asks nothing, whatever words
        it shares with an entry: "Bravo !" is what a test page shows, too.
        """
        reading = self.calibration.read(ranking, self.kinds)
        polite = reading.probabilities[self._courtesy]
        if asks:
            reading.probabilities[self._courtesy] = 0.0
        elif (total := polite.sum()) > 0.0:
            reading.probabilities[:] = 0.0
            reading.probabilities[self._courtesy] = polite / total
        return reading

    def choose(
        self,
        probabilities: NDArray[np.float64],
        desks: NDArray[np.float64] | None = None,
        *,
        barred: Collection[Action] = (),
    ) -> Decision:
        """The cheapest allowed action.

        Args:
            probabilities: (C,) that each target is right.
            desks: (D,) the share of each desk, should nothing answer; see ``Reading``.
            barred: what is not done, however sure it seems, where anything else can be.
        """
        weighed = self._weigh(probabilities, desks)
        costs = self._allowed(weighed, barred)
        action = min(costs, key=lambda name: (costs[name], name))
        return Decision(
            action=action,
            target=self._target(action, weighed),
            suggestions=self._suggestions(action, weighed),
            candidates=weighed.candidates,
            confidence=min(_confidence(action, weighed.believed), 1.0),
            model=self.fingerprint,
            beside=weighed.beside if action == "answer" else None,
        )

    def costs(
        self,
        probabilities: NDArray[np.float64],
        desks: NDArray[np.float64] | None = None,
        *,
        barred: Collection[Action] = (),
    ) -> dict[Action, float]:
        """The expected cost of each allowed action, the cheapest first; ``choose`` takes that."""
        costs = self._allowed(self._weigh(probabilities, desks), barred)
        return dict(sorted(costs.items(), key=lambda pair: (pair[1], pair[0])))

    def least_confidence(
        self, probabilities: NDArray[np.float64], desks: NDArray[np.float64] | None = None
    ) -> float | None:
        """Where the best entry or desk begins to be replied directly; None without any."""
        candidates, suggestions, shown, _, _, believed = self._weigh(probabilities, desks)
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
        return self._scales.weigh(probabilities, desks, self.policy.suggest_from)

    def _allowed(self, weighed: Weighed, barred: Collection[Action]) -> dict[Action, float]:
        """The expected cost of all that is allowed; where nothing else is left, the barred too."""
        policy, believed = self.policy, weighed.believed
        if not weighed.candidates:
            return {"decline": 0.0}
        kind = weighed.candidates[0].target.kind
        costs = price(policy, believed, kind)
        if believed.best < policy.direct_from(kind):
            costs.pop("route" if kind == "desk" else "answer")
        if believed.outside < policy.decline_from:
            costs.pop("decline")
        return {name: cost for name, cost in costs.items() if name not in barred} or costs

    def _suggestions(self, action: Action, weighed: Weighed) -> tuple[Target, ...]:
        if action == "clarify":
            return weighed.suggestions
        return weighed.shown if action == "unanswered" else ()

    def _target(self, action: Action, weighed: Weighed) -> Target | None:
        if action in {"answer", "route"}:
            return weighed.candidates[0].target
        if action == "decline" and weighed.outside.any():
            return self.targets[self._scales.outside][int(weighed.outside.argmax())]
        return None


def _confidence(action: Action, believed: Beliefs) -> float:
    """The probability that the action is what the person needs."""
    shares = {
        "clarify": believed.asked,
        "unanswered": believed.unknown,
        "decline": believed.outside,
    }
    return shares.get(action, believed.best)
