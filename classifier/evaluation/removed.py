"""What becomes of questions of ours that nothing answers: their own entries are taken away.

The entries that labelled questions ask for leave training a third at a time; the questions are
then asked of a model that has never heard of them, decided by the calibration and thresholds that
are served. The right reply is the desk of the entry that is gone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.serving.desks import Desks
from classifier.serving.ranker import Ranker
from classifier.serving.triage import Triage
from classifier.training.examples import examples
from classifier.training.pipeline import fit
from classifier.training.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from classifier.decision import Decision
    from classifier.evaluation.judging import Labelled
    from kb.entries import KnowledgeBase

PARTS, SEEDS = 3, 3

OUTCOMES = ("answered", "wrong desk", "declined", "helped", "not helped")


class Orphan(NamedTuple):
    """A question with the entries that answer it, and the desks that these belong to."""

    question: Labelled
    entries: frozenset[str]
    desks: frozenset[str]


def removed_figures(
    questions: Sequence[Labelled],
    base: KnowledgeBase,
    served: Triage,
    seed: int = 0,
    tell: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> dict[str, float]:
    """Shares of every outcome in %, over all questions whose entry has a desk.

    Args:
        questions: labelled messages; only those that an entry with a desk answers are asked.
        base: the knowledge base with its questions.
        served: whose calibration and thresholds decide.
        seed: the first of the three seeds that draw which entries leave together.
        tell: called with ``(stage, done, total)``.

    Returns:
        ``asked`` (a number) and one figure for each of ``OUTCOMES``; nan where none is asked.
    """
    asked = orphans(questions, base)
    seen: Counter[str] = Counter()
    rounds = [part for n in range(SEEDS) for part in _thirds(asked, seed + n)]
    for done, gone in enumerate(rounds, 1):
        left = [orphan for orphan in asked if orphan.entries <= gone]
        triage = _without(base, gone, served) if left else served
        seen.update(outcome(triage.decide(one.question.text), one.desks) for one in left)
        tell("removed", done, len(rounds))
    whole = seen.total()
    shares = {o: round(100 * seen[o] / whole, 1) if whole else float("nan") for o in OUTCOMES}
    return {"asked": whole, **shares}


def orphans(questions: Iterable[Labelled], base: KnowledgeBase) -> list[Orphan]:
    """The questions that entries with a desk answer."""
    found = []
    for question in questions:
        entries = [e for e in base.published.values() if question.accept.intersection(e.sources)]
        desks = frozenset(entry.desk for entry in entries if entry.desk)
        if question.kind == "faq" and desks:
            keys = frozenset(entry.id for entry in entries)
            found.append(Orphan(question, keys, desks | question.accept_routes))
    return found


def outcome(decision: Decision, desks: frozenset[str]) -> str:
    """One of ``OUTCOMES``, as seen by somebody whom one of ``desks`` could help."""
    if decision.action == "answer":
        return "answered"
    if decision.action == "decline":
        return "declined"
    if decision.action == "route":
        return "helped" if decision.target and decision.target.id in desks else "wrong desk"
    shown = {target.id for target in decision.suggestions if target.kind == "desk"}
    return "helped" if shown & desks else "not helped"


def _thirds(asked: Sequence[Orphan], seed: int) -> list[frozenset[str]]:
    """The entries in three parts; those that answer one question leave together."""
    groups: list[set[str]] = []
    for orphan in asked:
        touched = [group for group in groups if group & orphan.entries]
        groups = [group for group in groups if not group & orphan.entries]
        groups.append(set(orphan.entries).union(*touched))
    ordered = sorted(groups, key=sorted)
    shuffled = np.random.default_rng(seed).permutation(len(ordered))
    return [
        frozenset().union(*(ordered[n] for n in part)) for part in np.array_split(shuffled, PARTS)
    ]


def _without(base: KnowledgeBase, gone: frozenset[str], served: Triage) -> Triage:
    kept = {key: entry for key, entry in base.entries.items() if key not in gone}
    compiled = fit(examples(replace(base, entries=kept)), Recipe(), jobs=-1).compiled
    return Triage(
        Ranker(compiled),
        served.calibration,
        served.policy,
        "",
        Desks.of(compiled.targets, base),
        courtesy=base.courtesy,
        lexicon=base.lexicon,
    )
