"""Rank examples with models that did not see them: cross-validation with scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from classifier.errors import TrainingError
from classifier.serving.calibration import (
    KINDS,
    kind_numbers,
)
from classifier.serving.ranker import ABSENT
from classifier.training.examples import ALWAYS_TRAINED
from classifier.training.features import count
from classifier.training.machines import NOBODY
from classifier.training.pipeline import linear_machines, margins_of
from classifier.training.rankings import OutOfFold, RankingArrays, best_two_of_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from classifier.training.examples import Examples
    from classifier.training.features import Counts
    from classifier.training.recipe import Recipe


HELD_OUT_ROUNDS = 5
"""Rounds in which a fifth of the targets plays the unknown."""


MANY_ENTRIES = 300
"""From so many entries on, fewer and larger blocks say the same, at a third of the cost. Manners
are left out one at a time however many entries there are: that is what is certified."""

FEW_FOLDS, FEW_ROUNDS = 3, 1

MAX_CELLS = 30_000_000
"""Scores kept, 120 MB; beyond, the questions that are tested are drawn."""


@dataclass(frozen=True, slots=True)
class _Split:
    train: NDArray[np.intp]
    test: NDArray[np.intp]
    known: NDArray[np.bool_]


def cross_validate(
    found: Examples,
    recipe: Recipe,
    folds: NDArray[np.intp],
    seed: int = 0,
    tell: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
    *,
    counts: Counts | None = None,
) -> OutOfFold:
    """Rank every example by a model that did not see its fold nor, some, its target.

    Args:
        found: the examples.
        recipe: features and regularisation.
        folds: (N,) ``found.manners`` or ``found.blocks``.
        seed: draws which targets are held out together.
        tell: called with ``(stage, done, total)``.
        counts: of ``found``, where they were taken already.

    Raises:
        TrainingError: no question is left to test on once others have taught its target.
    """
    splits = _splits(found, folds, seed)
    counts = counts or count(found, recipe)
    taught = replace(found, texts=())  # what every job is sent
    jobs = Parallel(n_jobs=-1, return_as="generator")(
        delayed(_rank_split)(counts, taught, split, recipe) for split in splits
    )
    parts = []
    for done, part in enumerate(jobs, 1):
        parts.append(part)
        tell("cross-validation", done, len(splits))
    return OutOfFold(
        rows=np.concatenate([split.test for split in splits]),
        known=np.concatenate([split.known for split in splits]),
        rankings=RankingArrays.joined(parts),
    )


def rank_damaged(
    found: Examples,
    copies: Examples,
    recipe: Recipe,
    tell: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> NDArray[np.intp]:
    """Cross-validate on damaged copies; the models learn from undamaged examples alone.

    Args:
        found: the N examples.
        copies: D times N examples, the first N undamaged
            (see ``classifier.evaluation.typing_noise``).
        recipe: features and regularisation.
        tell: called with ``(stage, done, total)``.

    Returns:
        (D, N) the best entry or desk of every copy, -1 where it was not ranked.
    """
    size = len(found.texts)
    starts = np.arange(0, len(copies.texts), size)
    splits = list(_fold_splits(found, found.blocks))
    inside = kind_numbers(found.targets) != KINDS.index("outside")
    # Courtesy, once set aside, mostly leaves the text as it was: that is not ranked again.
    differs = np.array([n < size or t != found.texts[n % size] for n, t in enumerate(copies.texts)])
    place = np.cumsum(differs) - 1
    counts = count(replace(copies, texts=tuple(compress(copies.texts, differs))), recipe)
    tests = [_rows_of_copies(split.test, starts) for split in splits]
    tests = [rows[differs[rows]] for rows in tests]
    taught = replace(found, texts=())
    jobs = Parallel(n_jobs=-1, return_as="generator")(
        delayed(held_back_margins)(counts, taught, split.train, place[rows], recipe)
        for split, rows in zip(splits, tests, strict=True)
    )
    first = np.full(len(copies.texts), -1, dtype=np.intp)
    for done, (rows, scores) in enumerate(zip(tests, jobs, strict=True), 1):
        first[rows] = np.where(inside, scores, -np.inf).argmax(axis=1)
        tell("damage", done, len(splits))
    undamaged = np.tile(first[:size], len(starts))
    return np.where(differs, first, undamaged).reshape(len(starts), size)


def _rows_of_copies(rows: NDArray[np.intp], starts: NDArray[np.intp]) -> NDArray[np.intp]:
    return (starts[:, None] + rows).ravel()


def _splits(found: Examples, folds: NDArray[np.intp], seed: int) -> list[_Split]:
    splits = [*_fold_splits(found, folds), *_unknown_splits(found, folds, seed)]
    if not any(split.known.any() for split in splits):
        raise TrainingError(
            "too few questions to check a model with: give the entries and desks several "
            "questions each, and train again"
        )
    return _draw_tests(splits, len(found.targets), seed)


def _fold_splits(found: Examples, folds: NDArray[np.intp]) -> Iterable[_Split]:
    if folds is found.blocks and _has_many_entries(found):
        folds = np.where(folds == ALWAYS_TRAINED, folds, folds % FEW_FOLDS)
    for fold in np.unique(folds[folds != ALWAYS_TRAINED]):
        test = np.flatnonzero((folds == fold) & (found.labels != NOBODY))
        train_rows = np.flatnonzero(folds != fold)
        taught = np.unique(found.labels[train_rows])
        if len(taught) > 1:
            yield _Split(train_rows, test, np.isin(found.labels[test], taught))


def _unknown_splits(found: Examples, folds: NDArray[np.intp], seed: int) -> Iterable[_Split]:
    """Hold entries out, whose questions then play the unknown.

    Desks stay: a question without a published answer still has its desk.
    """
    inside = [n for n, target in enumerate(found.targets) if target.kind == "faq"]
    shuffled = np.random.default_rng(seed).permutation(inside)
    rounds = FEW_ROUNDS if _has_many_entries(found) else HELD_OUT_ROUNDS
    for hidden in np.array_split(shuffled, HELD_OUT_ROUNDS)[:rounds]:
        gone = np.isin(found.labels, hidden)
        test = np.flatnonzero(gone & (folds != ALWAYS_TRAINED))
        train_rows = np.flatnonzero(~gone)
        if len(test) and len(np.unique(found.labels[train_rows])) > 1:
            yield _Split(train_rows, test, np.zeros(len(test), dtype=bool))


def _has_many_entries(found: Examples) -> bool:
    return sum(target.kind == "faq" for target in found.targets) >= MANY_ENTRIES


def _draw_tests(splits: list[_Split], targets: int, seed: int) -> list[_Split]:
    """The splits with fewer tested rows, so that their scores fit into memory."""
    share = MAX_CELLS / (targets * max(sum(len(split.test) for split in splits), 1))
    if share >= 1:
        return splits
    dice, drawn = np.random.default_rng([seed, targets]), []
    for split in splits:
        kept = np.sort(dice.permutation(len(split.test))[: int(share * len(split.test)) + 1])
        drawn.append(_Split(split.train, split.test[kept], split.known[kept]))
    return drawn


def _rank_split(
    counts: Counts,
    found: Examples,
    split: _Split,
    recipe: Recipe,
) -> RankingArrays:
    scores = held_back_margins(counts, found, split.train, split.test, recipe)
    if len(found.courtesy):
        scores[np.ix_(found.asks[split.test], found.courtesy)] = ABSENT
    first, second = best_two_of_each(scores)
    covered = counts.coverage(
        split.train, split.test, found.labels, np.column_stack([first, second])
    )
    seen, rival = covered.seen.T
    words = covered.words.astype(np.int32)
    return RankingArrays(scores, first, second, words, covered.unknown, seen, rival)


def held_back_margins(
    counts: Counts,
    found: Examples,
    train_rows: NDArray[np.intp],
    test: NDArray[np.intp],
    recipe: Recipe,
) -> NDArray[np.float32]:
    """(T, C) margins of the T rows ``test`` by machines that learnt from ``train_rows`` alone.

    Args:
        counts: of all examples.
        found: the N examples, of C targets; their texts are not looked at.
        train_rows: what is learnt from.
        test: what is asked.
        recipe: features and regularisation.

    Returns:
        ``ABSENT`` where a target is not among the rows learnt from.
    """
    weighing = counts.weigh(train_rows, recipe.idf_power)
    machines = linear_machines(recipe, found.targets)
    machines.fit(counts.rows(train_rows, weighing), found.labels[train_rows])
    scores = np.full((len(test), len(found.targets)), ABSENT, dtype=np.float32)
    scores[:, machines.classes_] = margins_of(machines, counts.rows(test, weighing))
    return scores
