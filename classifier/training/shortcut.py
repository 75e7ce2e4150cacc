"""A rehearsal of a training: some wordings more of a few entries, in seconds instead of minutes.

What is fitted anew: the machine of each entry that gets wordings, and those of the entries that
rank highest for these wordings, since they are now counter-examples of theirs. Each is taught its
own texts, those of others that cross-validation ranked it high for, and some drawn at random, as in
a whole training. What stays as it is served: the vocabulary and its weights by rarity (a word that
nobody has used before teaches nothing here), all other machines, the calibration and the certified
thresholds. So it shows about what will change, and is never what is published.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from classifier.decision import Target
from classifier.serving.compiled import Holders
from classifier.serving.courtesy.aside import set_aside
from classifier.serving.ranker import Ranker
from classifier.serving.weights import Weights
from classifier.training.examples import list_questions
from classifier.training.machines import fit_machine
from classifier.training.pipeline import linear_machines
from classifier.training.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from classifier.serving.compiled import CompiledModel
    from classifier.training.machines import Machine
    from classifier.training.rankings import OutOfFold
    from kb.entries import KnowledgeBase

RIVALS = 3
"""Entries that rank highest for a new wording and are fitted anew with it."""


class Added(NamedTuple):
    """One wording that an entry gets."""

    entry: str
    text: str


def rehearse(
    model: CompiledModel,
    base: KnowledgeBase,
    held_out: OutOfFold,
    added: Sequence[Added],
    seed: int = 0,
) -> CompiledModel:
    """The served model with the machines that ``added`` touches fitted anew.

    Args:
        model: as it is served.
        base: the knowledge base that it learnt from, without ``added``.
        held_out: the rankings that its training kept.
        added: wordings of published entries.
        seed: of its training.

    Raises:
        KeyError: an entry is none of the model's.
    """
    ranker = Ranker(model)
    column = {target: n for n, target in enumerate(model.targets)}
    own = [column[Target("faq", each.entry)] for each in added]
    new = [set_aside(each.text).kept for each in added]
    questions = list_questions(base, seed)
    labels = np.array([column[question.target] for question in questions], dtype=np.intp)
    near = _near_rows(held_out, Recipe().shortlist)
    machines = linear_machines(Recipe(), model.targets, seed)
    fitted = []
    for label in sorted({*own, *_rivals(ranker, new, model)}):
        dice = np.random.default_rng([seed, label])
        chosen = labels == label
        chosen[near(label)] = True
        rest = np.flatnonzero(~chosen)
        chosen[dice.choice(rest, min(machines.drawn, len(rest)), replace=False)] = True
        taught = np.flatnonzero(chosen)
        texts = [set_aside(questions[n].text).kept for n in taught.tolist()]
        rows = _features(ranker, [*texts, *new])
        is_own = np.concatenate([labels[taught] == label, np.array(own) == label])
        fitted.append(fit_machine(machines, rows, is_own, label))
    weights, intercept = _replace_machines(model, fitted)
    holders = _add_holders(model.holders, ranker, zip(own, new, strict=True))
    return replace(model, weights=weights, intercept=intercept, holders=holders)


def _near_rows(held_out: OutOfFold, shortlist: int) -> _NearRows:
    known = np.flatnonzero(held_out.known)
    return _NearRows(held_out.rankings.scores[known], held_out.rows[known], shortlist)


class _NearRows:
    """The questions that models which had not seen them ranked a class high for.

    Args:
        scores: (M, C) of the rankings.
        rows: (M,) the questions that they are of.
        shortlist: among how many of the highest counts as high.
    """

    def __init__(self, scores: NDArray[np.float32], rows: NDArray[np.intp], shortlist: int) -> None:
        self._scores = scores
        self._rows = rows
        self._shortlist = shortlist

    def __call__(self, label: int) -> NDArray[np.intp]:
        """The questions near the class ``label``."""
        above = (self._scores > self._scores[:, [label]]).sum(axis=1)
        found: NDArray[np.intp] = self._rows[above < self._shortlist]
        return found


def _rivals(ranker: Ranker, texts: Iterable[str], model: CompiledModel) -> set[int]:
    """The entries that rank highest for each of ``texts``."""
    found: set[int] = set()
    entries = np.array([target.kind == "faq" for target in model.targets])
    for text in texts:
        if (ranking := ranker.rank(text)) is not None:
            scores = np.where(entries, ranking.scores, -np.inf)
            found |= set(np.argsort(-scores)[:RIVALS].tolist())
    return found


def _features(ranker: Ranker, texts: Sequence[str]) -> sparse.csr_matrix:
    """(N, F) TF-IDF of the texts, as the served model weighs them."""
    read = [ranker.features(ranker.read(text)) for text in texts]
    starts = np.concatenate([[0], np.cumsum([len(each.rows) for each in read])])
    columns = np.concatenate([each.rows for each in read])
    weights = np.concatenate([each.weights for each in read])
    shape = (len(texts), len(ranker.model.idf))
    return sparse.csr_matrix((weights, columns, starts), shape=shape)


def _replace_machines(
    model: CompiledModel, fitted: Sequence[Machine]
) -> tuple[Weights, NDArray[np.float32]]:
    scales, intercept = model.weights.scales.copy(), model.intercept.copy()
    integers = model.weights.integers().tolil()
    for machine in fitted:
        integers[machine.label] = machine.integers
        scales[machine.label] = machine.scale
        intercept[machine.label] = machine.intercept
    return Weights.of(integers.tocsc(), scales), intercept


def _add_holders(holders: Holders, ranker: Ranker, added: Iterable[tuple[int, str]]) -> Holders:
    """The classes that hold each word, those that get it now among them."""
    more: dict[int, set[int]] = {}
    for label, text in added:
        for word in ranker.read(text):
            if word.row >= 0 and not word.classes[label]:
                more.setdefault(word.row, set()).add(label)
    lists = np.split(holders.classes, holders.starts[1:-1])
    for row, labels in more.items():
        lists[row] = np.array(sorted({*lists[row].tolist(), *labels}), dtype=np.uint16)
    starts = np.concatenate([[0], np.cumsum([len(each) for each in lists])]).astype(np.int32)
    return Holders(starts, np.concatenate(lists))
