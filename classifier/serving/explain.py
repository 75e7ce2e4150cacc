"""Message -> why it was decided so, word by word, from the linear model's own terms.

The model adds up one term a feature, so nothing is estimated here: each term is given to the
words that hold the feature, and the words' shares add up to the difference of the two scores.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from classifier.decision import Candidate
from classifier.serving.bare import read_request
from classifier.serving.spelling import original_spellings
from classifier.serving.two_questions import two_questions
from classifier.text import END, START, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from classifier.decision import Action, Decision
    from classifier.serving.courtesy.aside import Courtesy
    from classifier.serving.ranker import Ranker, Ranking, ReadWord
    from classifier.serving.triage import Triage


class WordShare(NamedTuple):
    """One word of a message.

    Attributes:
        word: as it was typed; a compound of the lexicon such as "a-BC" is one word.
        read: as the model reads it.
        contribution: what it adds to the score of the choice less that of the runner-up.
        known: whether training has seen its stem; its n-grams contribute even when not.
    """

    word: str
    read: str
    contribution: float
    known: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a message was decided so; without a word, nothing but the decision is set.

    Attributes:
        decision: what is explained.
        chosen: the target acted upon, or the first suggestion, and its probability.
        runner_up: the likeliest other target, outside families included.
        words: every word, in order.
        intercept: what the choice is ahead by before any word.
        difference: score of the choice less that of the runner-up: ``intercept`` and all
            contributions together. Summed in double precision: on messages of hundreds of
            words the ranker's own sum, in single, may be 1e-5 off.
        least: least confidence of a direct reply; see ``Triage.least_confidence``.
        costs: expected cost of every action that was allowed.
        barred: what is not done with such a message, however sure it seems; see ``Triage.barred``.
        also: why the second question of the message was decided so; all of the above, the words
            among it, is then on the first alone.
        aside: the courtesy that was set aside before deciding; the words are without it.
    """

    decision: Decision
    chosen: Candidate | None = None
    runner_up: Candidate | None = None
    words: tuple[WordShare, ...] = ()
    intercept: float = 0.0
    difference: float = 0.0
    least: float | None = None
    costs: Mapping[Action, float] = field(default_factory=dict)
    barred: frozenset[Action] = frozenset()
    also: Explanation | None = None
    aside: tuple[Courtesy, ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        """The words never seen in training, each once."""
        return tuple({w.read: w.word for w in reversed(self.words) if not w.known}.values())[::-1]

    @property
    def distance(self) -> float | None:
        """How far the best entry or desk is above (or, negative, below) ``least``."""
        if self.least is None:
            return None
        return self.decision.candidates[0].score - self.least

    def strongest(self) -> list[WordShare]:
        """Each different word once, repetitions added up, what weighs most first."""
        totals: dict[str, WordShare] = {}
        for share in self.words:
            same = totals.setdefault(share.read, share._replace(contribution=0.0))
            total = same.contribution + share.contribution
            totals[share.read] = same._replace(contribution=total)
        return sorted(totals.values(), key=lambda share: -abs(share.contribution))

    def to_dict(self) -> dict[str, Any]:
        """As JSON types, without the decision, which has a form of its own."""
        also = {"also": self.also.to_dict()} if self.also else {}
        return {
            "chosen": _candidate_dict(self.chosen),
            "runner_up": _candidate_dict(self.runner_up),
            "difference": self.difference,
            "intercept": self.intercept,
            "words": [share._asdict() for share in self.words],
            "unknown": list(self.unknown),
            "least": self.least,
            "distance": self.distance,
            "costs": dict(self.costs),
            "barred": sorted(self.barred),
            "aside": [{"kind": part.kind, "text": part.text} for part in self.aside],
            **also,
        }


def _candidate_dict(candidate: Candidate | None) -> dict[str, Any] | None:
    if candidate is None:
        return None
    (kind, name), probability = candidate
    return {"kind": kind, "id": name, "probability": probability}


def explain(triage: Triage, text: str) -> Explanation:
    """Decide on ``text`` and say why; of two questions, on each by its own words."""
    message = read_request(text)
    kept, aside = message.kept, message.aside if message.asks else ()
    whole = triage.decide_whole(kept, asks=message.asks)
    two = two_questions(kept, whole, triage.decide_whole)
    if two is None:
        explained = _explain_decision(triage, kept, whole, asks=message.asks)
        decision = triage.definitions.define(kept, whole)
        return replace(explained, decision=decision, aside=aside)
    first, also = (_explain_decision(triage, part.text, part.decision) for part in two)
    decision = replace(first.decision, also=also.decision)
    return replace(first, decision=decision, also=also, aside=aside)


def _explain_decision(
    triage: Triage, text: str, decision: Decision, *, asks: bool = True
) -> Explanation:
    ranking = triage.rank(text, asks=asks)
    if ranking is None:
        return Explanation(decision)
    reading = triage.read(ranking, asks=asks)
    probabilities = reading.probabilities
    first, second = _compared_columns(triage, decision, ranking, probabilities)
    words, total = _shares(triage.ranker, text, first, second)
    intercept = triage.ranker.model.intercept.astype(np.float64)
    ahead = float(intercept[first] - intercept[second])
    barred = triage.barred(text, ranking, triage.choose(*reading)) if asks else frozenset()
    return Explanation(
        decision=decision,
        chosen=Candidate(triage.targets[first], float(probabilities[first])),
        runner_up=Candidate(triage.targets[second], float(probabilities[second])),
        words=words,
        intercept=ahead,
        difference=ahead + total,
        least=triage.least_confidence(*reading),
        costs=triage.costs(*reading, barred=barred),
        barred=barred,
    )


def _compared_columns(
    triage: Triage, decision: Decision, ranking: Ranking, probabilities: NDArray[np.float64]
) -> tuple[int, int]:
    """Columns of the choice and of the likeliest other target."""
    target = decision.target or decision.candidates[0].target
    first = triage.targets.index(target)
    others = (column for column in range(len(triage.targets)) if column != first)
    # The score settles it where all probabilities have sunk to nothing.
    return first, max(others, key=lambda column: (probabilities[column], ranking.scores[column]))


def _shares(
    ranker: Ranker, text: str, first: int, second: int
) -> tuple[tuple[WordShare, ...], float]:
    """Every word's share, and what all features together add, summed before any sharing."""
    words = Words(ranker.model.compounds)(text)
    read = ranker.read(text)
    rows, weights = ranker.features(read)
    chosen, other = ranker.model.weights.columns(rows, first, second)
    terms = weights * (chosen - other)
    contributions = _divide_by_word(rows, terms, _holdings(ranker.model.word_ids, read), len(read))
    known = [word.row >= 0 for word in read]
    typed = original_spellings(text, words)
    shares = tuple(map(WordShare, typed, words, contributions.tolist(), known))
    return shares, float(terms.sum())


class _Holdings(NamedTuple):
    rows: NDArray[np.intp]
    owners: NDArray[np.intp]
    parts: NDArray[np.float64]


def _divide_by_word(
    rows: NDArray[np.intp], terms: NDArray[np.float64], held: _Holdings, words: int
) -> NDArray[np.float64]:
    """(words,) each row's term given to the words that hold it, by how much they hold."""
    order = np.argsort(rows)
    at = order[np.searchsorted(rows, held.rows, sorter=order)]
    whole = np.bincount(at, held.parts, minlength=len(rows))
    shares: NDArray[np.float64] = terms[at] * held.parts / whole[at]
    return np.bincount(held.owners, shares, minlength=words).astype(np.float64)


def _holdings(ids: Mapping[str, int], read: Sequence[ReadWord]) -> _Holdings:
    """Which row of the model's table is held by which word, and how much of it counts."""
    found = [(word.row, n, 1.0) for n, word in enumerate(read) if word.row >= 0]
    found += _pairs(ids, read)
    found += [(row, n, 1.0) for n, word in enumerate(read) for row in word.grams.tolist()]
    rows, owners, parts = zip(*found, strict=True) if found else ((), (), ())
    return _Holdings(
        np.array(rows, dtype=np.intp),
        np.array(owners, dtype=np.intp),
        np.array(parts, dtype=np.float64),
    )


def _pairs(ids: Mapping[str, int], read: Sequence[ReadWord]) -> Iterator[tuple[int, int, float]]:
    """Neighbours share a pair; a pair with a border of the message is the one word's own."""
    stems = [START, *[word.stem for word in read], END]
    for left, (a, b) in enumerate(pairwise(stems), -1):
        row = ids.get(f"{a} {b}", -1)
        holders = [n for n in (left, left + 1) if 0 <= n < len(read)] if row >= 0 else []
        yield from ((row, holder, 1 / len(holders)) for holder in holders)
