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
from classifier.serving.ranker import ABSENT, Ranking, best_two
from classifier.training.examples import ALWAYS_TRAINED
from classifier.training.pipeline import Recipe, count, linear_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from classifier.training.examples import Examples
    from classifier.training.pipeline import Counts


HELD_OUT_ROUNDS = 5
"""Rounds in which a fifth of the targets plays the unknown."""


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Rankings by models that had not seen the message's fold, or its target at all.

    Attributes:
        rows: (M,) example numbers.
        known: (M,) bool, False where the message's target was held out of training.
        rankings: the M rankings, over all C targets.
    """

    rows: NDArray[np.intp]
    known: NDArray[np.bool_]
    rankings: tuple[Ranking, ...]


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
) -> OutOfFold:
    """Rank every example by a model that did not see its fold nor, some, its target.

    Args:
        found: the examples.
        recipe: features and regularisation.
        folds: (N,) ``found.manners`` or ``found.blocks``.
        seed: draws which targets are held out together.
        tell: called with ``(stage, done, total)``.

    Raises:
        TrainingError: no question is left to test on once others have taught its target.
    """
    splits = [*_fold_splits(found, folds), *_unknown_splits(found, folds, seed)]
    if not any(split.known.any() for split in splits):
        raise TrainingError(
            "too few questions to check a model with: give the entries and desks several "
            "questions each, and train again"
        )
    counts = count(found, recipe)
    jobs = Parallel(n_jobs=-1, return_as="generator")(
        delayed(_rank_split)(counts, found, split, recipe) for split in splits
    )
    rankings: list[Ranking] = []
    for done, part in enumerate(jobs, 1):
        rankings += part
        tell("cross-validation", done, len(splits))
    return OutOfFold(
        rows=np.concatenate([split.test for split in splits]),
        known=np.concatenate([split.known for split in splits]),
        rankings=tuple(rankings),
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
    jobs = Parallel(n_jobs=-1, return_as="generator")(
        delayed(_margins)(counts, found, split.train, place[rows], recipe)
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


def _fold_splits(found: Examples, folds: NDArray[np.intp]) -> Iterable[_Split]:
    for fold in np.unique(folds[folds != ALWAYS_TRAINED]):
        test = np.flatnonzero(folds == fold)
        train_rows = np.flatnonzero(folds != fold)
        taught = np.unique(found.labels[train_rows])
        if len(taught) > 1:
            yield _Split(train_rows, test, np.isin(found.labels[test], taught))


def _unknown_splits(found: Examples, folds: NDArray[np.intp], seed: int) -> Iterable[_Split]:
    inside = [n for n, target in enumerate(found.targets) if target.kind != "outside"]
    shuffled = np.random.default_rng(seed).permutation(inside)
    for hidden in np.array_split(shuffled, HELD_OUT_ROUNDS):
        gone = np.isin(found.labels, hidden)
        test = np.flatnonzero(gone & (folds != ALWAYS_TRAINED))
        train_rows = np.flatnonzero(~gone)
        if len(test) and len(np.unique(found.labels[train_rows])) > 1:
            yield _Split(train_rows, test, np.zeros(len(test), dtype=bool))


def _rank_split(counts: Counts, found: Examples, split: _Split, recipe: Recipe) -> list[Ranking]:
    scores = _margins(counts, found, split.train, split.test, recipe)
    if len(found.courtesy):
        scores[np.ix_(found.asks[split.test], found.courtesy)] = ABSENT
    words, unknown, shares = counts.coverage(split.train, split.test, found)
    best = map(best_two, scores)
    return [
        Ranking(s, a, b, int(n), float(u), float(seen[a]), float(seen[b]))
        for s, (a, b), n, u, seen in zip(scores, best, words, unknown, shares, strict=True)
    ]


def _margins(
    counts: Counts,
    found: Examples,
    train_rows: NDArray[np.intp],
    test: NDArray[np.intp],
    recipe: Recipe,
) -> NDArray[np.float64]:
    seen, unseen = counts.matrices(train_rows, test, recipe)
    svm = linear_model(recipe).fit(seen, found.labels[train_rows])
    margins = svm.decision_function(unseen)
    if margins.ndim == 1:
        margins = np.column_stack([-margins, margins])
    scores = np.full((len(test), len(found.targets)), ABSENT)
    scores[:, svm.classes_] = margins
    return scores
